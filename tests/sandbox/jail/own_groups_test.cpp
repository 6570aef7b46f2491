#include "sandbox/jail/own_groups.h"

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

/// A machine as /proc and /sys show it.
struct Shown {
  const char* what;
  std::string groups, mounts;         ///< /proc/self/cgroup, /proc/self/mountinfo
  std::vector<std::string> folders;   ///< below /sys/fs/cgroup
  std::string path, top;              ///< of the group that is found, below the root
  std::vector<std::string> levels{};  ///< below the root; none: the path alone
};

TEST_CASE("a process's own group is found wherever the machine shows it", "[cgroup]") {
  const auto shown = GENERATE(values<Shown>({
      {"version 2, on the machine",
       "0::/user.slice/session-1.scope\n",
       "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
       {"user.slice/session-1.scope"},
       "sys/fs/cgroup/user.slice/session-1.scope",
       "sys/fs/cgroup",
       {"sys/fs/cgroup/user.slice/session-1.scope", "sys/fs/cgroup/user.slice", "sys/fs/cgroup"}},
      {"version 2, in a container with a namespace of groups",
       "0::/\n",
       "900 800 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate\n",
       {},
       "sys/fs/cgroup",
       "sys/fs/cgroup"},
      {"version 1, in a container without one",
       "5:memory:/docker/0123\n0::/\n",
       "901 800 0:31 /docker/0123 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
       {"memory"},
       "sys/fs/cgroup/memory",
       "sys/fs/cgroup/memory"},
      {"version 1, a group within that of the container",
       "5:memory:/docker/0123/inner\n",
       "901 800 0:31 /docker/0123 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
       {"memory/inner"},
       "sys/fs/cgroup/memory/inner",
       "sys/fs/cgroup/memory",
       {"sys/fs/cgroup/memory/inner", "sys/fs/cgroup/memory"}},
      {"version 1, a group that is not shown",
       "5:memory:/elsewhere\n",
       "901 800 0:31 /docker/0123 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
       {"memory"},
       "sys/fs/cgroup/memory",
       "sys/fs/cgroup/memory"},
      {"version 1, controllers that share a hierarchy",
       "4:cpu,cpuacct:/a\n",
       "34 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n",
       {"cpu,cpuacct/a"},
       "sys/fs/cgroup/cpu,cpuacct/a",
       "sys/fs/cgroup/cpu,cpuacct",
       {"sys/fs/cgroup/cpu,cpuacct/a", "sys/fs/cgroup/cpu,cpuacct"}},
  }));
  CAPTURE(shown.what);
  const tests::TemporaryFolder root;
  tests::write_file(root.path() / "proc/self/cgroup", shown.groups);
  tests::write_file(root.path() / "proc/self/mountinfo",
                    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n" + shown.mounts + "torn line");
  for (const std::string& folder : shown.folders) fs::create_directories(root.path() / "sys/fs/cgroup" / folder);
  const auto groups = own_groups(root.path());
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].path == root.path() / shown.path);
  CHECK(groups[0].top == root.path() / shown.top);
  std::vector<fs::path> levels;
  for (const std::string& level : shown.levels.empty() ? std::vector{shown.path} : shown.levels)
    levels.push_back(root.path() / level);
  CHECK(groups[0].levels() == levels);
}

TEST_CASE("no group is found where the machine tells of none", "[cgroup]") {
  const tests::TemporaryFolder root;
  CHECK(own_groups(root.path()).empty());
  CHECK(usable_cores(root.path()) >= 1);
}

TEST_CASE("a quota of a group, or of one around it, bounds the cores", "[cgroup]") {
  struct Row {
    const char* what;
    const char *own, *around;  ///< cpu.max
    std::size_t cores;
  };
  const std::size_t all = usable_cores("/nowhere");
  const auto row = GENERATE_COPY(values<Row>({
      {"none", "max 100000", "max 100000", all},
      {"half a core", "50000 100000", "max 100000", 1},
      {"one of a group around it", "max 100000", "100000 100000", 1},
      {"more than there are", "99900000 100000", "max 100000", all},
      {"a file that says nothing", "", "?", all},
  }));
  CAPTURE(row.what);
  const tests::TemporaryFolder root;
  tests::write_file(root.path() / "proc/self/cgroup", "0::/a/b\n");
  tests::write_file(root.path() / "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  tests::write_file(root.path() / "sys/fs/cgroup/a/b/cpu.max", row.own);
  tests::write_file(root.path() / "sys/fs/cgroup/a/cpu.max", row.around);
  CHECK(usable_cores(root.path()) == row.cores);
}

}  // namespace
}  // namespace assay::sandbox
