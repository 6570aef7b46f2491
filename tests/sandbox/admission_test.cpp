#include "sandbox/admission.h"

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t gibi = 1ULL << 30;

/// A machine of 16 GiB as /proc shows it.
void machine(const fs::path& root, std::uint64_t available_bytes) {
  tests::write_file(root / "proc/meminfo", "MemTotal:       16777216 kB\nMemFree:         1 kB\nMemAvailable:   " +
                                               std::to_string(available_bytes / 1024) + " kB\n");
}

TEST_CASE("a job is let in beside others while its memory limit, or an eighth of the machine, is free", "[admission]") {
  struct Row {
    const char* what;
    std::uint64_t limit, available;
    std::size_t running;
    bool admitted;
  };
  const auto row = GENERATE(values<Row>({
      {"enough", gibi, gibi, 3, true},
      {"too little", gibi, gibi - 1024, 3, false},
      {"too little, and nothing runs", gibi, 0, 0, true},
      {"an eighth is enough", 64 * gibi, 2 * gibi, 1, true},
      {"less than an eighth", 64 * gibi, 2 * gibi - 1024, 1, false},
  }));
  CAPTURE(row.what);
  const tests::TemporaryFolder root;
  machine(root.path(), row.available);
  CHECK(Admission(row.limit, root.path()).admits(row.running) == row.admitted);
}

TEST_CASE("what a control group leaves counts, files' idle pages with it", "[admission]") {
  struct Row {
    const char* what;
    const char* limit;
    std::uint64_t used, idle, available;
  };
  const auto row = GENERATE(values<Row>({
      {"without a limit", "max", 7 * gibi, 0, 8 * gibi},
      {"a limit", "4294967296", 3 * gibi, 0, gibi},
      {"a limit, and idle pages", "4294967296", 3 * gibi, 2 * gibi, 3 * gibi},
      {"over its limit", "1073741824", 3 * gibi, 0, 0},
      {"a limit above the machine", "1099511627776", 0, 0, 8 * gibi},
  }));
  CAPTURE(row.what);
  const tests::TemporaryFolder root;
  machine(root.path(), 8 * gibi);
  tests::write_file(root.path() / "proc/self/cgroup", "0::/a/b\n");
  tests::write_file(root.path() / "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  const fs::path group = root.path() / "sys/fs/cgroup/a/b";
  tests::write_file(group / "memory.max", row.limit);
  tests::write_file(group / "memory.current", std::to_string(row.used));
  tests::write_file(group / "memory.stat", "anon 5\ninactive_file " + std::to_string(row.idle) + "\n");
  CHECK(Admission(gibi, root.path()).available_bytes() == row.available);
}

TEST_CASE("the tightest of the groups around a process counts, in a container of version 1 too", "[admission]") {
  const tests::TemporaryFolder root;
  machine(root.path(), 8 * gibi);
  tests::write_file(root.path() / "proc/self/cgroup", "5:memory:/docker/0123/inner\n");
  tests::write_file(root.path() / "proc/self/mountinfo",
                    "901 800 0:31 /docker/0123 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  const fs::path container = root.path() / "sys/fs/cgroup/memory";
  for (const auto& [group, limit, used] :
       {std::tuple(container, 3 * gibi, 2 * gibi), {container / "inner", 6 * gibi, gibi}}) {
    tests::write_file(group / "memory.limit_in_bytes", std::to_string(limit));
    tests::write_file(group / "memory.usage_in_bytes", std::to_string(used));
    tests::write_file(group / "memory.stat", "inactive_file 0\ntotal_inactive_file " + std::to_string(gibi / 2) + "\n");
  }
  CHECK(Admission(gibi, root.path()).available_bytes() == gibi + gibi / 2);
}

TEST_CASE("where memory can't be told every job is let in", "[admission]") {
  const tests::TemporaryFolder root;
  Admission admission(gibi, root.path());
  CHECK_FALSE(admission.available_bytes().has_value());
  CHECK(admission.admits(5));
}

}  // namespace
}  // namespace assay::sandbox
