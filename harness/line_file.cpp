#include "harness/line_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sandbox/unique_fd.h"

namespace assay::harness {

void LineFile::Close::operator()(gzFile_s* file) const { ::gzclose(file); }

Result<LineFile> LineFile::open(const std::filesystem::path& path) {
  const bool piped = path == "-";
  const std::string name = piped ? "standard input" : path.string();
  sandbox::UniqueFd fd(piped ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto failed = [&](const char* why) {
    return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: cannot be read: {}", name, why)});
  };
  if (!fd) return failed(std::strerror(errno));
  std::unique_ptr<gzFile_s, Close> file(::gzdopen(fd.get(), "rb"));
  if (!file) return failed("out of memory");
  [[maybe_unused]] const int owned_by_zlib_now = fd.release();
  constexpr unsigned read_bytes = 256U << 10;
  ::gzbuffer(file.get(), read_bytes);
  return LineFile(std::move(file), name);
}

std::string LineFile::place() const { return fmt::format("{}:{}", path_, line_); }

/// Reads on. @return false at the end of the file.
Result<bool> LineFile::fill() {
  constexpr std::size_t step = 256U << 10;
  buffer_.erase(0, std::exchange(at_, 0));
  const std::size_t old = buffer_.size();
  buffer_.resize(old + step);
  const int got = ::gzread(file_.get(), buffer_.data() + old, step);
  buffer_.resize(old + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) return true;
  int code = Z_OK;
  const char* why = ::gzerror(file_.get(), &code);
  // A file that ends inside its gzip stream reads like one that ends; only the code tells.
  if (code == Z_OK) return false;
  return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: cannot be read after line {}: {}", path_, line_,
                                                          code == Z_ERRNO       ? std::strerror(errno)
                                                          : code == Z_BUF_ERROR ? "the gzip data end too early"
                                                                                : why)});
}

Result<std::optional<std::string_view>> LineFile::next() {
  ++line_;
  std::size_t searched = at_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::size_t begin = std::exchange(at_, end + 1);
      return std::string_view(buffer_).substr(begin, end - begin);
    }
    if (buffer_.size() - at_ > most_line_bytes)
      return tl::unexpected(
          Error{Errc::bad_data, fmt::format("{}: the line is longer than {} bytes", place(), most_line_bytes)});
    searched = buffer_.size() - at_;
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    if (*more) continue;
    if (buffer_.empty()) return std::nullopt;
    return std::string_view(buffer_).substr(std::exchange(at_, buffer_.size()));
  }
}

Result<void> for_each_line(const std::filesystem::path& path,
                           const std::function<Result<void>(std::string_view line, const LineFile& file)>& take) {
  auto file = LineFile::open(path);
  if (!file) return tl::unexpected(file.error());
  for (;;) {
    const auto line = file->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return {};
    if (auto taken = take(**line, *file); !taken) return taken;
  }
}

}  // namespace assay::harness
