#include "sandbox/jail/jail_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>
#include <tuple>

#include "sandbox/jail/owner_name.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

/// A child that has ended, and that nobody has reaped yet.
class Zombie {
 public:
  Zombie() : pid_(::fork()) {
    if (pid_ == 0) ::_exit(0);
    siginfo_t ended{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT) == 0);
  }
  Zombie(const Zombie&) = delete;
  Zombie& operator=(const Zombie&) = delete;
  ~Zombie() { reap(); }
  void reap() { ::waitpid(pid_, nullptr, 0); }
  [[nodiscard]] std::string number() const { return std::to_string(pid_); }

 private:
  pid_t pid_;
};

/// `TMPDIR`, as long as this lives.
class TemporaryPlace {
 public:
  TemporaryPlace() { ::setenv("TMPDIR", folder_.path().c_str(), 1); }
  ~TemporaryPlace() { was_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", was_.c_str(), 1); }
  [[nodiscard]] fs::path path() const { return folder_.path(); }

 private:
  tests::TemporaryFolder folder_;
  std::string was_ = std::getenv("TMPDIR") == nullptr ? "" : std::getenv("TMPDIR");
};

std::string namespace_here() {
  struct stat space {};
  REQUIRE(::stat("/proc/self/ns/pid", &space) == 0);
  return std::to_string(space.st_ino);
}

TEST_CASE("of the folders that others made, those of this pid namespace's dead are removed, and no others", "[jail]") {
  const TemporaryPlace temporary;
  Zombie reaped;
  reaped.reap();
  const Zombie zombie;
  const std::string here = namespace_here(), elsewhere = here + "1", alive = std::to_string(::getppid());
  struct Row {
    const char* what;
    std::string name;
    bool stays;
  };
  const std::vector<Row> rows = {
      {"a process that is gone", "assay-jail-" + here + "-" + reaped.number() + "-aaaaaa", false},
      {"a zombie", "assay-jail-" + here + "-" + zombie.number() + "-aaaaaa", false},
      {"a living process", "assay-jail-" + here + "-" + alive + "-aaaaaa", true},
      {"another namespace's", "assay-jail-" + elsewhere + "-" + reaped.number() + "-aaaaaa", true},
      {"without a namespace", "assay-jail-" + reaped.number() + "-aaaaaa", true},
      {"without a process", "assay-jail-" + here + "-aaaaaa", true},
      {"a process that is none", "assay-jail-" + here + "-" + reaped.number() + "x-aaaaaa", true},
      {"somebody else's", "other-" + here + "-" + reaped.number() + "-aaaaaa", true},
  };
  for (const Row& row : rows) tests::write_file(temporary.path() / row.name / "runner/file", "text");
  {
    const auto folder = JailFolder::make({{"zygote.py", "pass\n"}});
    REQUIRE(folder);
    CHECK(folder->path().filename().string().starts_with("assay-jail-" + owner_name() + "-"));
    CHECK(tests::read_file(folder->runner() + "/zygote.py") == "pass\n");
  }
  for (const Row& row : rows) {
    CAPTURE(row.what, row.name);
    CHECK(fs::exists(temporary.path() / row.name) == row.stays);
  }
  std::size_t left = 0;
  for (const auto& entry : fs::directory_iterator(temporary.path())) left += entry.is_directory() ? 1 : 0;
  CHECK(left == 6);  // its own is gone again
}

TEST_CASE("a scratch folder is over its limits by what its files take, their number and their depth", "[jail]") {
  const TemporaryPlace temporary;
  const auto folder = JailFolder::make({});
  REQUIRE(folder);
  const auto scratch = ScratchFolder::make(*folder, ::geteuid());
  REQUIRE(scratch);
  const fs::path root = fs::read_symlink("/proc/self/fd/" + std::to_string(scratch->fd()));
  Limits limits;
  limits.scratch_bytes = 256 << 10;
  limits.scratch_inodes = 100;
  const auto make_files = [&](int count) {
    for (int i = 0; i < count; ++i) tests::write_file(root / std::to_string(i), "");
  };
  const auto make_folders = [&](int depth) {
    fs::path at = root;
    for (int i = 0; i < depth; ++i) fs::create_directory(at /= "x");
  };
  struct Row {
    const char* what;
    std::function<void()> make;
    bool over;
  };
  const std::vector<Row> rows = {
      {"empty", [] {}, false},
      {"a small file", [&] { tests::write_file(root / "file", std::string(64 << 10, 'x')); }, false},
      {"a large file", [&] { tests::write_file(root / "file", std::string(512 << 10, 'x')); }, true},
      {"a large file below", [&] { tests::write_file(root / "a/b/file", std::string(512 << 10, 'x')); }, true},
      {"a file with a hole", [&] { fs::resize_file(tests::write_file(root / "file", ""), 1 << 30); }, false},
      {"a link to what is large", [&] { fs::create_directory_symlink("/", root / "link"); }, false},
      {"as many files as may be", [&] { make_files(100); }, false},
      {"a file more", [&] { make_files(101); }, true},
      {"deep", [&] { make_folders(60); }, false},
      {"too deep", [&] { make_folders(70); }, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    row.make();
    CHECK(scratch->over(limits) == row.over);
    for (const auto& entry : fs::directory_iterator(root)) fs::remove_all(entry.path());
  }
}

TEST_CASE("folders that come and go while a scratch folder is looked at put it over no limit", "[jail]") {
  const TemporaryPlace temporary;
  const auto folder = JailFolder::make({});
  REQUIRE(folder);
  const auto scratch = ScratchFolder::make(*folder, ::geteuid());
  REQUIRE(scratch);
  std::atomic<bool> done = false;
  std::jthread sample([&, top = scratch->fd()] {
    for (int i = 0; i < 500; ++i) {
      std::ignore = ::mkdirat(top, "folder", 0700);
      std::ignore = ::unlinkat(top, "folder", AT_REMOVEDIR);
      std::ignore = ::symlinkat("/", top, "folder");
      std::ignore = ::unlinkat(top, "folder", 0);
    }
    done = true;
  });
  int over = 0;
  while (!done) over += scratch->over({}) ? 1 : 0;
  CHECK(over == 0);
}

}  // namespace
}  // namespace assay::sandbox
