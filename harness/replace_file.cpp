#include "harness/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "sandbox/unique_fd.h"

namespace assay::harness {

namespace fs = std::filesystem;

ReplaceFile::ReplaceFile(const fs::path& path) : path_(path) {
  std::error_code code;
  // A link stays: the file that it names is replaced.
  if (const fs::path target = fs::canonical(path, code); !code) path_ = target;
  const fs::file_status status = fs::status(path_, code);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    written_ = path_;
    fd_ = ::open(written_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    constexpr int tries = 100, mode = 0666;
    for (int i = 0; i < tries && fd_ < 0; ++i) {
      written_ = path_;
      written_ += fmt::format(".{}-{}.tmp", ::getpid(), i);
      fd_ = ::open(written_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
      if (fd_ < 0 && errno != EEXIST) break;
    }
  }
  if (fd_ < 0) note("cannot be made");
}

ReplaceFile::~ReplaceFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (written_ != path_) ::unlink(written_.c_str());
}

void ReplaceFile::note(std::string_view what) {
  if (failed_.empty()) failed_ = fmt::format("{}: {}: {}", path_.string(), what, std::strerror(errno));
}

void ReplaceFile::write(std::string_view bytes) {
  constexpr std::size_t enough = 1U << 20;
  if (!failed_.empty()) return;
  buffer_ += bytes;
  if (buffer_.size() >= enough) drain();
}

void ReplaceFile::drain() {
  std::string_view rest = buffer_;
  while (!rest.empty() && failed_.empty()) {
    const ssize_t put = ::write(fd_, rest.data(), rest.size());
    if (put >= 0)
      rest.remove_prefix(static_cast<std::size_t>(put));
    else if (errno != EINTR)
      note("cannot be written");
  }
  buffer_.clear();
}

/// So that the new name outlives a power cut; a file system that cannot do that is no failure.
void ReplaceFile::sync_folder() {
  const fs::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const sandbox::UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

Result<void> ReplaceFile::finish() {
  if (failed_.empty()) drain();
  if (failed_.empty() && written_ != path_) {
    if (::fsync(fd_) != 0) {
      note("cannot be written");
    } else if (::rename(written_.c_str(), path_.c_str()) != 0) {
      note("cannot be replaced");
    } else {
      ::close(std::exchange(fd_, -1));
      sync_folder();
    }
  }
  if (failed_.empty()) return {};
  return tl::unexpected(Error{Errc::io, failed_});
}

}  // namespace assay::harness
