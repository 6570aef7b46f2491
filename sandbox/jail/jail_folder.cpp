#include "sandbox/jail/jail_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <tuple>

#include "sandbox/jail/failed_call.h"
#include "sandbox/jail/owner_name.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "assay-jail-";  // then the warden (owner_name())
constexpr int deepest = 64;

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

/// Opened by way of its parent, so that no name is too long; null where that fails.
Folder open_folder(int parent, const char* name) {
  const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* folder = fd < 0 ? nullptr : ::fdopendir(fd);
  if (folder == nullptr && fd >= 0) ::close(fd);
  return {folder, ::closedir};
}

/// The next entry but "." and ".."; null after the last.
const dirent* next(DIR* folder) {
  for (const dirent* entry; (entry = ::readdir(folder)) != nullptr;)
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) return entry;
  return nullptr;
}

struct Size {
  std::uint64_t bytes = 0;
  std::uint32_t files = 0;
};

/// Adds up what lies below; false as soon as it is too much.
bool fits(int parent, const char* name, const Limits& limits, Size& size, int depth) {
  const Folder folder = open_folder(parent, name);
  const bool gone = !folder && depth > 0 && (errno == ENOENT || errno == ENOTDIR);  // since its parent was read
  if (gone) return true;
  if (!folder || depth > deepest) return false;
  while (const dirent* entry = next(folder.get())) {
    struct stat found {};
    if (::fstatat(::dirfd(folder.get()), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone again
    size.bytes += static_cast<std::uint64_t>(found.st_blocks) * 512;
    if (++size.files > limits.scratch_inodes || size.bytes > limits.scratch_bytes) return false;
    if (S_ISDIR(found.st_mode) && !fits(::dirfd(folder.get()), entry->d_name, limits, size, depth + 1)) return false;
  }
  return true;
}

/// Empties a folder: what lies deeper is moved up to it first, so that no depth is too deep.
void empty(int top) {
  const Folder folder = open_folder(top, ".");
  if (!folder) return;
  std::uint64_t moved = 0;
  for (bool again = true; again;) {
    again = false;
    ::rewinddir(folder.get());
    while (const dirent* entry = next(folder.get())) {
      if (::unlinkat(top, entry->d_name, 0) == 0) continue;
      std::ignore = ::fchmodat(top, entry->d_name, 0700, 0);  // a sample may have made it unreadable
      const Folder inner = open_folder(top, entry->d_name);
      if (!inner) continue;
      while (const dirent* below = next(inner.get())) {
        const int at = ::dirfd(inner.get());
        if (::unlinkat(at, below->d_name, 0) == 0) continue;
        std::ignore = ::fchmodat(at, below->d_name, 0700, 0);
        std::string name;
        do {
          name = fmt::format("moved-{}", moved++);
        } while (::faccessat(top, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0);
        if (::renameat(at, below->d_name, top, name.c_str()) == 0) again = true;
      }
      ::unlinkat(top, entry->d_name, AT_REMOVEDIR);
    }
  }
}

void remove_folder(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) empty(fd);
  if (fd >= 0) ::close(fd);
  ::rmdir(path.c_str());
}

/// Folders of wardens that are no more.
void sweep(const fs::path& temporary) {
  std::error_code error;
  for (fs::directory_iterator at(temporary, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(prefix) || !is_abandoned(std::string_view(name).substr(prefix.size()))) continue;
    struct stat found {};
    if (::lstat(at->path().c_str(), &found) == 0 && found.st_uid == ::geteuid()) remove_folder(at->path());
  }
}

}  // namespace

Result<JailFolder> JailFolder::make(const std::vector<std::pair<std::string, std::string_view>>& runner) {
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  if (error) return tl::unexpected(Error{Errc::unavailable, "sandbox: there is no temporary folder; set TMPDIR"});
  sweep(temporary);
  std::string made = (temporary / fmt::format("{}{}-XXXXXX", prefix, owner_name())).string();
  if (::mkdtemp(made.data()) == nullptr) return failed_call("cannot make", made);
  JailFolder folder{fs::path(made)};
  // Its name is no secret, what it holds is: a sample under another user id is let in by descriptor.
  if (::chmod(made.c_str(), 0711) != 0) return failed_call("cannot open up", made);
  fs::create_directory(folder.runner(), error);
  for (const auto& [name, content] : runner) {
    std::ofstream file(folder.runner() + "/" + name, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) return failed_call("cannot write", folder.runner() + "/" + name);
  }
  return folder;
}

JailFolder::JailFolder(JailFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

JailFolder::~JailFolder() {
  if (!path_.empty()) remove_folder(path_);
}

Result<ScratchFolder> ScratchFolder::make(const JailFolder& folder, std::uint32_t uid) {
  std::string made = (folder.path() / "scratch-XXXXXX").string();
  if (::mkdtemp(made.data()) == nullptr) return failed_call("cannot make", made);
  ScratchFolder scratch(made, UniqueFd(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  if (!scratch.fd_) return failed_call("cannot open", made);
  if (uid != ::geteuid() && ::fchown(scratch.fd(), uid, uid) != 0) return failed_call("cannot give away", made);
  return scratch;
}

ScratchFolder::~ScratchFolder() {
  if (!fd_) return;
  empty(fd_.get());
  ::rmdir(path_.c_str());
}

bool ScratchFolder::over(const Limits& limits) const {
  Size size;
  return !fits(fd_.get(), ".", limits, size, 0);
}

}  // namespace assay::sandbox
