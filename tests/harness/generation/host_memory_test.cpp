#include "harness/generation/host_memory.h"

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

constexpr std::uint64_t gibi = 1ULL << 30;

TEST_CASE("what the host has left is bounded by the control group's limit", "[generation]") {
  const tests::TemporaryFolder root;
  CHECK(free_memory(1, {}, root.path()) == std::nullopt);
  tests::write_file(root / "proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
  CHECK(free_memory(1, {}, root.path()) == 8 * gibi);
  tests::write_file(root / "proc/self/cgroup", "0::/container\n");
  tests::write_file(root / "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  tests::write_file(root / "sys/fs/cgroup/container/memory.max", "1073741824\n");
  tests::write_file(root / "sys/fs/cgroup/container/memory.current", "536870912\n");
  tests::write_file(root / "sys/fs/cgroup/container/memory.stat", "anon 536870912\ninactive_file 0\n");
  CHECK(free_memory(1, {}, root.path()) == gibi / 2);
  // Where that is less than what is wanted the files' pages are given back: what is not there is passed over.
  CHECK(free_memory(gibi, {root / "nowhere", tests::write_file(root / "weights", "x")}, root.path()) == gibi / 2);
}

}  // namespace
}  // namespace assay::harness
