#include "sandbox/jail/walls.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>

#include "sandbox/jail/landlock.h"
#include "sandbox/runner/embedded.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {
namespace {

bool write_file(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// A user namespace in which this process is root, and nobody else is anybody. noexcept: it is called in a forked
/// child, where an exception on its way to `main` would destroy what is the parent's.
bool enter_user_namespace() noexcept {
  const auto user = ::geteuid(), group = ::getegid();
  return ::unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)) &&
         write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

/// All that a zygote and a sample's process do there, but for the filters. @return nothing, or what is refused here.
std::string refused_step(const InterpreterView& view, bool user_namespace) {
  if (user_namespace && !enter_user_namespace()) return fmt::format("of a user: {}", std::strerror(errno));
  if (auto entered = enter_namespaces(view); !entered) return entered.error().message;
  const bool sample = ::unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC) == 0 &&
                      ::mount("try", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=4k") == 0;
  return sample ? "" : fmt::format("of a sample: {}", std::strerror(errno));
}

/// The same, in a child.
std::string try_namespaces(const InterpreterView& view, bool user_namespace) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::strerror(errno);
  const UniqueFd report(ends[0]);
  UniqueFd report_end(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return std::strerror(errno);
  if (child == 0) {
    const std::string refused = refused_step(view, user_namespace);
    [[maybe_unused]] const auto ignored = ::write(report_end.get(), refused.data(), refused.size());
    ::_exit(refused.empty() ? 0 : 1);
  }
  report_end.reset();
  char words[512];
  const ssize_t got = ::read(report.get(), words, sizeof words);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (got > 0) return {words, static_cast<std::size_t>(got)};
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "the process that tried was ended";
}

}  // namespace

Result<void> enter_namespaces(const InterpreterView& view) {
  if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) != 0)
    return tl::unexpected(Error{Errc::unavailable, std::strerror(errno)});
  // So that `uname` tells nothing of the machine; Podman's own profile refuses it to who has just become root.
  std::ignore = ::sethostname("assay", 5);
  return enter_view(view, runner::jail_files());
}

RaisedWalls raise_walls(const InterpreterView& view) {
  RaisedWalls raised;
  raised.landlock = landlock_version();
  const std::string as_it_is = try_namespaces(view, false);
  if (as_it_is.empty()) {
    raised.walls = Walls::namespaces;
    return raised;
  }
  const std::string as_root_of_its_own = try_namespaces(view, true);
  if (as_root_of_its_own.empty() && enter_user_namespace()) {
    raised.walls = Walls::namespaces;
    raised.user_namespace = true;
    return raised;
  }
  raised.no_namespaces = fmt::format("none can be made: {}", as_root_of_its_own);
  raised.walls = raised.landlock > 0 ? Walls::landlock : Walls::none;
  return raised;
}

}  // namespace assay::sandbox
