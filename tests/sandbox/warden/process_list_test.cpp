#include "sandbox/warden/process_list.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "sandbox/unique_fd.h"
#include "tests/catch.h"

namespace assay::sandbox {
namespace {

/// A child under a name of its own, that waits for its end.
class Named {
 public:
  explicit Named(const char* name) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    UniqueFd told(ends[0]), tells(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::prctl(PR_SET_NAME, name);
      ::close(ends[1]);
      for (;;) ::pause();
    }
    tells.reset();
    char none = 0;
    REQUIRE(::read(told.get(), &none, 1) == 0);  // it has its name
  }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;
  ~Named() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

TEST_CASE("a line of a process's status is found by its beginning alone", "[warden]") {
  struct Row {
    const char *what, *status, *key;
    std::optional<std::uint32_t> number;
  };
  const auto row = GENERATE(values<Row>({
      {"the first number", "Name:\tpython3\nUid:\t12\t13\t14\t15\nThreads:\t3\n", "Uid", 12},
      {"the last line", "Name:\tpython3\nThreads:\t3", "Threads", 3},
      {"none of that key", "Name:\tpython3\nPPid:\t7\n", "Pid", std::nullopt},
      {"a name like a line", "Name:\tUid: 0\nUid:\t12\t13\n", "Uid", 12},
      {"a name like a line, and no such line", "Name:\tUid: 0\n", "Uid", std::nullopt},
      {"a line whose end a name has, as the kernel tells it", "Name:\tx\\nUid: 0\nUid:\t12\n", "Uid", 12},
      {"no number", "Uid:\tx\n", "Uid", std::nullopt},
      {"nothing after the key", "Uid:\n", "Uid", std::nullopt},
      {"one too large", "Uid:\t4294967296\n", "Uid", std::nullopt},
      {"nothing", "", "Uid", std::nullopt},
  }));
  CAPTURE(row.what);
  CHECK(status_field(row.status, row.key) == row.number);
}

TEST_CASE("a process is counted by what it is, whatever it names itself", "[warden]") {
  constexpr std::uint32_t nobody_here = 1234567;
  const Named stray("PPid: 1"), user("Uid: 1234567"), lines("x\nPPid: 1");
  const auto children = children_of(::getpid());
  for (const Named* each : {&stray, &user, &lines})
    CHECK(std::find(children.begin(), children.end(), each->pid()) != children.end());
  CHECK(tasks_of(nobody_here) == 0);
}

/// In a process of its own, since the tests' has wardens: how many of these it found so.
int found_of_children() {
  const pid_t self = ::getpid();
  int found = has_children(self) ? 0 : 1;
  const Named first("first");
  found += has_children(self) && !has_children(self, first.pid()) && !has_children(first.pid()) ? 1 : 0;
  std::optional<Named> second;
  std::thread([&] { second.emplace("second"); }).join();
  return found + (has_children(self, first.pid()) ? 1 : 0);
}

TEST_CASE("whether a process has children, or others than one, is told whichever thread started them", "[warden]") {
  const pid_t subject = ::fork();
  if (subject == 0) ::_exit(found_of_children());
  int status = 0;
  REQUIRE(::waitpid(subject, &status, 0) == subject);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 3);
  CHECK(!has_children(subject));
}

}  // namespace
}  // namespace assay::sandbox
