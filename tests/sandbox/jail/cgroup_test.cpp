#include "sandbox/jail/cgroup.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

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

/// Of a process that uses `bytes`, in a group that may have `limit` bytes.
Cgroup::MemoryKill kill_of(CgroupRoot& root, std::uint64_t bytes, std::uint64_t limit) {
  Limits limits;
  limits.memory_bytes = limit;
  limits.scratch_bytes = 0;
  auto group = Cgroup::make(root, limits);
  REQUIRE(group);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!group->add(::getpid())) ::_exit(1);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    ::_exit(memory == MAP_FAILED ? 1 : 0);
  }
  ::waitpid(child, nullptr, 0);
  return group->memory_kill();
}

TEST_CASE("a kill for a group's own memory limit is told from one for the memory around it", "[cgroup]") {
  CgroupRoot root = CgroupRoot::open();
  if (!root.memory()) ASSAY_SKIP("no control group of memory can be made here");
  using Kill = Cgroup::MemoryKill;
  CHECK(kill_of(root, 16 << 20, 64 << 20) == Kill::none);
  CHECK(kill_of(root, 256 << 20, 64 << 20) == Kill::own_limit);

  // The group around: the one that this process's groups are made in.
  fs::path around;
  std::error_code error;
  for (fs::recursive_directory_iterator at("/sys/fs/cgroup", error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().ends_with("-" + std::to_string(::getpid()))) continue;
    for (const char* name : {"memory.max", "memory.limit_in_bytes"})
      if (fs::exists(at->path() / name)) around = at->path() / name;
  }
  REQUIRE(!around.empty());
  std::ofstream(around) << (64 << 20) << std::flush;
  CHECK(kill_of(root, 256 << 20, 1 << 30) == Kill::short_of_memory);
}

}  // namespace
}  // namespace assay::sandbox
