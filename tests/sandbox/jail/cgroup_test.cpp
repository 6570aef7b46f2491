#include "sandbox/jail/cgroup.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/catch.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

/// Groups that a process has made and that are still there.
std::size_t groups_of(pid_t process) {
  const std::string ending = "-" + std::to_string(process);
  std::size_t count = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at("/sys/fs/cgroup", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with("assay-") && name.ends_with(ending)) ++count;
  }
  return count;
}

TEST_CASE("groups of a process that has ended are removed by the next, though nobody has reaped it yet", "[cgroup]") {
  {
    const CgroupRoot root = CgroupRoot::open();
    if (!root.memory() && !root.pids() && !root.cpu()) ASSAY_SKIP("no control group can be made here");
    REQUIRE(groups_of(::getpid()) > 0);
  }
  CHECK(groups_of(::getpid()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const CgroupRoot left = CgroupRoot::open();
    ::_exit(0);  // its groups stay, as those of a killed warden do
  }
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(groups_of(child) > 0);
  { const CgroupRoot next = CgroupRoot::open(); }
  CHECK(groups_of(child) == 0);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace assay::sandbox
