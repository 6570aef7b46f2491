// A warden seen from outside: what it has of the process that started it, and what becomes of its job when it fails.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <thread>

#include "sandbox/installation.h"
#include "sandbox/unique_fd.h"
#include "tests/children.h"
#include "tests/sandbox/jail.h"
#include "tests/temporary_folder.h"

using namespace assay;
using sandbox::Status;

namespace {

std::vector<pid_t> new_children(pid_t parent, const std::vector<pid_t>& before) {
  std::vector<pid_t> all = tests::children(parent);
  std::erase_if(all, [&](pid_t pid) { return std::find(before.begin(), before.end(), pid) != before.end(); });
  return all;
}

/// An executor of one slot, and its warden's process.
struct Watched {
  Watched() {
    const std::vector<pid_t> before = tests::children(::getpid());
    sandbox::Options options;
    options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
    auto started = sandbox::Executor::start(options);
    REQUIRE(started);
    executor.emplace(std::move(*started));
    const std::vector<pid_t> wardens = new_children(::getpid(), before);
    REQUIRE(wardens.size() == 1);
    warden = wardens.front();
  }
  std::optional<sandbox::Executor> executor;
  pid_t warden = 0;
};

/// Clock ticks that it ran as a user's program; 0 of one that is gone.
long ticks(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == stat.npos) return 0;
  std::istringstream fields(stat.substr(name_end + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long found = 0;
  fields >> found;
  return found;
}

/// How many files a process may open, as long as this lives.
class FewFiles {
 public:
  FewFiles(pid_t process, rlim_t files) : process_(process) {
    REQUIRE(::prlimit(process_, RLIMIT_NOFILE, nullptr, &usual_) == 0);
    const rlimit few{files, usual_.rlim_max};
    REQUIRE(::prlimit(process_, RLIMIT_NOFILE, &few, nullptr) == 0);
  }
  FewFiles(const FewFiles&) = delete;
  FewFiles& operator=(const FewFiles&) = delete;
  ~FewFiles() { (void)::prlimit(process_, RLIMIT_NOFILE, &usual_, nullptr); }

 private:
  pid_t process_;
  rlimit usual_{};
};

/// Sockets and pipes by their inode.
std::set<std::string> open_files(pid_t process) {
  std::set<std::string> found;
  std::error_code gone;
  std::filesystem::directory_iterator at("/proc/" + std::to_string(process) + "/fd", gone);
  for (; !gone && at != std::filesystem::directory_iterator(); at.increment(gone))
    found.insert(std::filesystem::read_symlink(at->path(), gone).string());
  return found;
}

}  // namespace

TEST_CASE("a warden inherits no descriptor but its socket, whatever libraries leave open", "[warden]") {
  NEEDS_JAIL();
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);  // without CLOEXEC, as Asio opens its own
  const sandbox::UniqueFd ours(pair[0]), others(pair[1]);
  const Watched watched;
  const auto inherited = open_files(watched.warden);
  CHECK(inherited.size() > 1);
  for (const int fd : pair) {
    const std::string socket = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
    CAPTURE(fd, socket);
    CHECK_FALSE(inherited.contains(socket));
  }
}

TEST_CASE("a job whose warden can't wait any more is an error, and no verdict of its sample", "[warden]") {
  NEEDS_JAIL();
  Watched watched;
  using Run = std::function<sandbox::Result<sandbox::Outcome>(const std::string& body)>;
  const std::string function = "def f():\n";
  constexpr std::chrono::seconds patience{120};
  tests::Results results;
  const std::vector<std::pair<const char*, Run>> kinds = {
      {"calls",
       [&](const std::string& body) {
         auto job = tests::call_job(function + "    " + body);
         job.call_limits = {patience};
         job.set_limit = patience;
         return watched.executor->run(job, results);
       }},
      {"a check",
       [&](const std::string& body) {
         sandbox::CheckJob job;
         job.program = function + "    " + body;
         job.entry_point = "f";
         job.tests = {"f()"};
         job.test_limit = job.set_limit = patience;
         return watched.executor->run(job, results);
       }},
      {"a program",
       [&](const std::string& body) {
         sandbox::ProgramJob job;
         job.program = body;
         job.time_limit = patience;
         return watched.executor->run(job);
       }},
  };
  for (const auto& [what, run] : kinds) {
    CAPTURE(what);
    const auto before = run("pass");  // then its zygotes are warm: what is new is the job's
    REQUIRE(before);
    CHECK(before->status == Status::ok);
    const auto idle = tests::children(watched.warden);
    std::optional<FewFiles> few;
    std::jthread spoiler([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const pid_t child : new_children(watched.warden, idle))
          if (ticks(child) >= 5) return (void)few.emplace(watched.warden, 2);  // too few to poll so many
        std::this_thread::yield();
      }
    });
    const auto outcome = run("while True: pass");
    spoiler = {};
    few.reset();
    CHECK_FALSE(outcome);
    if (!outcome) CHECK(outcome.error().code == sandbox::Errc::unavailable);
    const auto after = run("pass");
    REQUIRE(after);
    CHECK(after->status == Status::ok);
  }
  CHECK(watched.executor->restarts() == 0);
}

TEST_CASE("a sample whose descriptors can't be put in their places never runs", "[warden]") {
  NEEDS_JAIL();
  Watched watched;
  struct Row {
    const char* what;
    std::function<sandbox::Result<sandbox::Outcome>(std::string& seen)> run;  ///< tells what it saw of the program
  };
  sandbox::ProgramJob program;
  program.program = "print(True)";
  sandbox::ProgramJob fetching = program;
  fetching.fetch = {"file"};
  const auto run_program = [&](const sandbox::ProgramJob& job, std::string& seen) {
    auto outcome = watched.executor->run(job);
    if (outcome) seen = outcome->out;
    return outcome;
  };
  const std::vector<Row> rows = {
      {"calls",
       [&](std::string& seen) {
         tests::Results results;
         auto outcome = watched.executor->run(tests::call_job("def f(): return True"), results);
         for (const auto& call : results.calls) seen += call;
         return outcome;
       }},
      {"a program", [&](std::string& seen) { return run_program(program, seen); }},
      {"a program whose files are fetched", [&](std::string& seen) { return run_program(fetching, seen); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    std::string before, during, after;
    REQUIRE(row.run(before));
    CHECK_FALSE(before.empty());
    const auto zygotes = tests::children(watched.warden);
    REQUIRE(zygotes.size() == 1);
    {
      const FewFiles few(zygotes.front(), 32);
      const auto outcome = row.run(during);
      CHECK_FALSE(outcome);
      if (!outcome) CHECK_THAT(outcome.error().message, Catch::Contains("before its program ran"));
      CHECK(during.empty());
    }
    REQUIRE(row.run(after));
    CHECK(after == before);
  }
}

TEST_CASE("a sample whose end can't be watched for is an error, and no verdict of it", "[warden]") {
  NEEDS_JAIL();
  // As a container's own filter of system calls may have it.
  constexpr std::string_view without_pidfd_open = R"(#!{0}
import ctypes, os, struct
refused = struct.pack("HBBI" * 4, 0x20, 0, 0, 0, 0x15, 0, 1, {1}, 0x06, 0, 0, 0x00050001, 0x06, 0, 0, 0x7FFF0000)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(Program(4, refused)), 0, 0) == 0
os.execv("{2}", ["{2}"])
)";
  const tests::TemporaryFolder folder;
  sandbox::Options options;
  options.warden = tests::write_file(folder / "warden",
                                     fmt::format(without_pidfd_open, sandbox::default_python().string(), SYS_pidfd_open,
                                                 (std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden").string()));
  std::filesystem::permissions(options.warden, std::filesystem::perms::owner_all);
  auto executor = sandbox::Executor::start(options);
  REQUIRE(executor);
  sandbox::ProgramJob job;
  job.program = "pass";
  job.time_limit = std::chrono::seconds(2);
  const auto outcome = executor->run(job);
  CHECK_FALSE(outcome);
  if (!outcome) CHECK_THAT(outcome.error().message, Catch::Contains("cannot watch a sample"));
}
