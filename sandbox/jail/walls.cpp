#include "sandbox/jail/walls.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/jail/landlock.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {
namespace {

/// Those of a zygote and its samples.
constexpr int namespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWPID;

bool write_file(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// A user namespace in which this process is root, and nobody else is anybody.
bool enter_user_namespace() {
  const auto user = ::geteuid(), group = ::getegid();
  return ::unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)) &&
         write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

/// In a child: 0, or the errno of what failed. Some machines grant namespaces and then no right within them, so a mount
/// is tried too.
int try_namespaces(bool user_namespace) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    const bool works = (!user_namespace || enter_user_namespace()) && ::unshare(namespaces) == 0 &&
                       ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       ::mount("try", "/mnt", "tmpfs", MS_NOSUID, "size=4k") == 0;
    ::_exit(works ? 0 : errno == 0 ? EPERM : errno);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

}  // namespace

RaisedWalls raise_walls() {
  RaisedWalls raised;
  raised.landlock = landlock_version();
  if (try_namespaces(false) == 0) {
    raised.walls = Walls::namespaces;
    return raised;
  }
  const int error = try_namespaces(true);
  if (error == 0 && enter_user_namespace()) {
    raised.walls = Walls::namespaces;
    raised.user_namespace = true;
    return raised;
  }
  raised.no_namespaces = fmt::format("none can be made: {}", std::strerror(error));
  raised.walls = raised.landlock > 0 ? Walls::landlock : Walls::none;
  return raised;
}

}  // namespace assay::sandbox
