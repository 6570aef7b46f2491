#include "harness/generation/samples_out.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "harness/line_file.h"
#include "harness/python_json.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

tl::unexpected<Error> io_error(const fs::path& path, const char* what) {
  return tl::unexpected(Error{Errc::io, fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno))});
}

/// Cuts off what follows the last line end.
Result<void> cut_torn_line(const fs::path& path) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed || size == 0) return {};
  std::ifstream file(path, std::ios::binary);
  std::uintmax_t whole = size;
  for (char last = 0; whole > 0; --whole) {
    file.seekg(static_cast<std::streamoff>(whole - 1));
    if (file.get(last) && last == '\n') break;
  }
  if (whole == size) return {};
  fs::resize_file(path, whole, failed);
  if (failed)
    return tl::unexpected(Error{Errc::io, fmt::format("{}: cannot be cut: {}", path.string(), failed.message())});
  return {};
}

Result<int> open_to_append(const fs::path& path, bool fresh) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (fresh ? O_TRUNC : 0), 0644);
  if (fd < 0) return io_error(path, "cannot be opened");
  return fd;
}

Result<void> write_all(int fd, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return io_error(path, "cannot be written");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

std::string key_text(const std::string& task_id, std::uint32_t sample) {
  std::string text = "{\"task_id\": ";
  append_json(text, task_id);
  return text + fmt::format(", \"sample_id\": {}, ", sample);
}

/// Keeps the traces whose samples are kept: a trace is written before its sample.
Result<void> keep_traces(const fs::path& path, const std::set<std::pair<std::string, std::uint32_t>>& done) {
  if (const auto cut = cut_torn_line(path); !cut) return cut;
  std::uintmax_t whole = 0;
  {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    std::uintmax_t at = 0;
    std::size_t lines = 0;
    while (std::getline(file, line)) {
      at += line.size() + 1;
      if (++lines <= done.size()) whole = at;
    }
  }
  std::error_code failed;
  if (fs::exists(path, failed) && fs::file_size(path, failed) > whole) fs::resize_file(path, whole, failed);
  if (failed)
    return tl::unexpected(Error{Errc::io, fmt::format("{}: cannot be cut: {}", path.string(), failed.message())});
  return {};
}

}  // namespace

SamplesOut::SamplesOut(SamplesOut&& other) noexcept
    : path_(std::move(other.path_)),
      generation_(std::move(other.generation_)),
      samples_(std::exchange(other.samples_, -1)),
      traces_(std::exchange(other.traces_, -1)),
      lines_(other.lines_),
      done_(std::move(other.done_)) {}

SamplesOut::~SamplesOut() {
  for (const int fd : {samples_, traces_})
    if (fd >= 0) ::close(fd);
}

Result<void> SamplesOut::read() {
  auto file = LineFile::open(path_);
  if (!file) return tl::unexpected(file.error());
  for (;;) {
    const auto line = file->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return {};
    boost::system::error_code wrong;
    const json::value value = json::parse(**line, wrong);
    const auto* object = wrong ? nullptr : value.if_object();
    const auto* task = object ? object->if_contains("task_id") : nullptr;
    const auto* sample = object ? object->if_contains("sample_id") : nullptr;
    const auto* generation = object ? object->if_contains("generation") : nullptr;
    if (!task || !task->is_string() || !sample || !sample->is_int64() || !generation || !generation->is_string() ||
        generation->get_string() != generation_)
      return tl::unexpected(
          Error{Errc::bad_data, fmt::format("{}: holds samples of another model, other options or another "
                                            "program; name another file, or --force replaces it",
                                            file->place())});
    ++lines_;
    done_.emplace(std::string(task->get_string()), static_cast<std::uint32_t>(sample->get_int64()));
  }
}

Result<SamplesOut> SamplesOut::open(const fs::path& path, const fs::path& traces, const std::string& generation,
                                    Existing existing) {
  SamplesOut out(path, generation);
  std::error_code ignored;
  const bool fresh = existing == Existing::replace || !fs::exists(path, ignored);
  if (!fresh) {
    if (const auto cut = cut_torn_line(path); !cut) return tl::unexpected(cut.error());
    if (const auto was = out.read(); !was) return tl::unexpected(was.error());
  }
  const auto samples = open_to_append(path, fresh);
  if (!samples) return tl::unexpected(samples.error());
  out.samples_ = *samples;
  if (traces.empty()) return out;
  if (const auto kept = keep_traces(traces, out.done_); !fresh && !kept) return tl::unexpected(kept.error());
  const auto opened = open_to_append(traces, fresh);
  if (!opened) return tl::unexpected(opened.error());
  out.traces_ = *opened;
  return out;
}

Result<std::uint32_t> SamplesOut::add(const std::string& task_id, std::uint32_t sample, const std::string& solution,
                                      const std::string& answer, const std::string& trace) {
  const std::string key = key_text(task_id, sample);
  if (traces_ >= 0 && !trace.empty())
    if (const auto written = write_all(traces_, key + trace + "}\n", path_); !written)
      return tl::unexpected(written.error());
  std::string line = key + "\"solution\": ";
  append_json(line, solution);
  line += ", \"answer\": ";
  append_json(line, answer);
  const auto written = write_all(samples_, line + ", \"generation\": \"" + generation_ + "\"}\n", path_);
  if (!written) return tl::unexpected(written.error());
  return lines_++;
}

}  // namespace assay::harness
