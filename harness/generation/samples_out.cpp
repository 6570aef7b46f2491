#include "harness/generation/samples_out.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/python_json.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

tl::unexpected<Error> io_error(const fs::path& path, const char* what) {
  return tl::unexpected(Error{Errc::io, fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno))});
}

constexpr std::string_view first_words = "{\"task_id\": ";

/// One that this program began and did not end.
bool is_torn(std::string_view line) { return first_words.starts_with(line.substr(0, first_words.size())); }

/// Goes through the lines that are whole. What follows the last of them must be a torn one of ours.
/// @param take returns false where a line is none of ours
/// @return how many bytes they take; none where the file is not ours
Result<std::optional<std::uintmax_t>> read_lines(const fs::path& path,
                                                 const std::function<bool(const std::string&)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error(path, "cannot be read");
  std::uintmax_t whole = 0;
  for (std::string line; std::getline(file, line); whole += line.size() + 1) {
    if (file.eof()) {
      if (!is_torn(line)) return std::nullopt;
      break;
    }
    if (!take(line)) return std::nullopt;
  }
  if (file.bad()) return io_error(path, "cannot be read to its end");
  return whole;
}

struct SampleKey {
  std::string task_id;
  std::uint32_t sample = 0;
  std::string generation;  ///< empty: none is given
  std::vector<AnswerFlaw> flaws = {};
};

std::vector<AnswerFlaw> flaws_of(std::string_view answer, std::string_view finish_reason) {
  std::vector<AnswerFlaw> flaws;
  if (finish_reason == "length") flaws.push_back(AnswerFlaw::cut_off);
  if (finish_reason == "content_filter") flaws.push_back(AnswerFlaw::filtered);
  if (answer.empty()) flaws.push_back(AnswerFlaw::empty);
  return flaws;
}

/// The member's text; empty where it has none.
std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* text = object.if_contains(name);
  return text && text->is_string() ? std::string_view(text->get_string()) : std::string_view();
}

std::optional<SampleKey> key_of(const std::string& line) {
  boost::system::error_code wrong;
  const json::value value = json::parse(line, wrong);
  const auto* object = wrong ? nullptr : value.if_object();
  const auto* task = object ? object->if_contains("task_id") : nullptr;
  const auto* sample = object ? object->if_contains("sample_id") : nullptr;
  const auto* generation = object ? object->if_contains("generation") : nullptr;
  if (!task || !task->is_string() || !sample || !sample->is_int64()) return std::nullopt;
  SampleKey key{std::string(task->get_string()), static_cast<std::uint32_t>(sample->get_int64()), {}};
  key.flaws = flaws_of(text_of(*object, "answer"), text_of(*object, "finish_reason"));
  if (generation && generation->is_string()) key.generation = generation->get_string();
  return key;
}

tl::unexpected<Error> no_ordinary_file(const fs::path& path) {
  return tl::unexpected(Error{Errc::io, path.string() + ": no ordinary file; what is written must be read again"});
}

/// Opened to append, made where it is absent, and ours alone until it is closed.
Result<sandbox::UniqueFd> open_alone(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) return no_ordinary_file(path);
  sandbox::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return io_error(path, "cannot be opened");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return tl::unexpected(Error{Errc::io, path.string() + ": another process is writing it"});
}

Result<void> check_writable(const fs::path& path) {
  std::error_code ignored;
  const bool there = fs::exists(path, ignored);
  if (there && !fs::is_regular_file(path, ignored)) return no_ordinary_file(path);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (there ? ::access(path.c_str(), R_OK | W_OK) != 0 : ::access(folder.c_str(), W_OK | X_OK) != 0)
    return io_error(path, "cannot be opened");
  return {};
}

Result<void> cut(const sandbox::UniqueFd& fd, std::uintmax_t size, const fs::path& path) {
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) return io_error(path, "cannot be cut");
  return {};
}

Result<void> write_all(const sandbox::UniqueFd& fd, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd.get(), text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return io_error(path, "cannot be written");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

std::string key_text(const std::string& task_id, std::uint32_t sample) {
  std::string text(first_words);
  append_json(text, task_id);
  return text + fmt::format(", \"sample_id\": {}, ", sample);
}

}  // namespace

/// @return whether the file is of this generation; then it ends after its last whole line
Result<bool> SamplesOut::resume() {
  const auto whole = read_lines(path_, [this](const std::string& line) {
    const auto key = key_of(line);
    if (!key || key->generation != generation_) return false;
    ++lines_;
    done_.emplace(key->task_id, key->sample);
    for (const AnswerFlaw flaw : key->flaws) flawed_[flaw].emplace(key->task_id, key->sample);
    return true;
  });
  if (!whole) return tl::unexpected(whole.error());
  if (!*whole) return false;
  if (const auto done = cut(samples_, **whole, path_); !done) return tl::unexpected(done.error());
  return true;
}

/// A trace is written before its sample: the last ones' samples may be missing, and are drawn again with their traces.
/// One in between whose sample is missing, as where somebody took lines out, stays, and is not written again.
Result<bool> SamplesOut::resume_traces() {
  std::uintmax_t at = 0, kept = 0;
  std::vector<std::pair<std::string, std::uint32_t>> waiting;
  const auto whole = read_lines(traces_path_, [&](const std::string& line) {
    const auto key = key_of(line);
    if (!key || key->generation != generation_) return false;
    at += line.size() + 1;
    waiting.emplace_back(key->task_id, key->sample);
    if (!done_.contains(waiting.back())) return true;
    traced_.insert(waiting.begin(), waiting.end());
    waiting.clear();
    kept = at;
    return true;
  });
  if (!whole) return tl::unexpected(whole.error());
  if (!*whole) return false;
  if (const auto done = cut(traces_, kept, traces_path_); !done) return tl::unexpected(done.error());
  return true;
}

Result<void> SamplesOut::check(const fs::path& path, const fs::path& traces) {
  const auto samples = check_writable(path);
  return !samples || traces.empty() ? samples : check_writable(traces);
}

Result<SamplesOut> SamplesOut::open(const fs::path& path, const fs::path& traces, const std::string& generation,
                                    Existing existing) {
  const auto refused = [](const fs::path& file, const char* what) {
    return tl::unexpected(
        Error{Errc::usage, fmt::format("{}: holds {} of another model, other options or another program; "
                                       "name another file, or --force replaces it",
                                       file.string(), what)});
  };
  std::error_code ignored;
  SamplesOut out(path, generation);
  auto samples = open_alone(path);
  if (!samples) return tl::unexpected(samples.error());
  out.samples_ = std::move(*samples);
  const auto resumed = out.resume();
  if (!resumed) return tl::unexpected(resumed.error());
  if (!*resumed) {
    if (existing == Existing::resume) return refused(path, "samples");
    out.done_.clear();
    out.flawed_.clear();
    out.lines_ = 0;
    if (const auto done = cut(out.samples_, 0, path); !done) return tl::unexpected(done.error());
  }
  if (traces.empty()) return out;
  if (fs::equivalent(path, traces, ignored))
    return tl::unexpected(Error{Errc::usage, "--traces and --out are the same file"});
  auto opened = open_alone(traces);
  if (!opened) return tl::unexpected(opened.error());
  out.traces_ = std::move(*opened);
  out.traces_path_ = traces;
  const auto traces_resumed = out.resume_traces();
  if (!traces_resumed) return tl::unexpected(traces_resumed.error());
  if (*traces_resumed) return out;
  if (existing == Existing::resume) return refused(traces, "traces");
  out.traced_.clear();
  if (const auto done = cut(out.traces_, 0, traces); !done) return tl::unexpected(done.error());
  return out;
}

Result<std::uint32_t> SamplesOut::add(const std::string& task_id, std::uint32_t sample, const std::string& solution,
                                      const std::string& answer, const std::string& trace,
                                      const std::string& finish_reason) {
  const std::string key = key_text(task_id, sample);
  const std::string end = ", \"generation\": \"" + generation_ + "\"}\n";
  if (traces_ && !trace.empty() && !traced_.contains({task_id, sample}))
    if (const auto written = write_all(traces_, key + trace + end, traces_path_); !written)
      return tl::unexpected(written.error());
  std::string line = key + "\"solution\": ";
  append_json(line, solution);
  line += ", \"answer\": ";
  append_json(line, answer);
  if (!finish_reason.empty()) {
    line += ", \"finish_reason\": ";
    append_json(line, finish_reason);
  }
  const auto written = write_all(samples_, line + end, path_);
  if (!written) return tl::unexpected(written.error());
  for (const AnswerFlaw flaw : flaws_of(answer, finish_reason)) flawed_[flaw].emplace(task_id, sample);
  return lines_++;
}

}  // namespace assay::harness
