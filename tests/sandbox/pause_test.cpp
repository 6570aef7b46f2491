// What passes while a warden is stopped, alone or with all that it started, is charged to no sample: so do a terminal's
// Ctrl-Z, a container that is paused, and a machine that stands still.
#include <signal.h>

#include <functional>
#include <thread>

#include "tests/children.h"
#include "tests/sandbox/jail.h"

using namespace assay;
using namespace std::chrono_literals;
using sandbox::Status;

namespace {

constexpr auto limit = 500ms;

/// The wardens of this process, and where asked all below them.
std::vector<pid_t> to_stop(bool all) {
  std::vector<pid_t> pids = tests::children(::getpid());
  for (std::size_t i = 0; all && i < pids.size(); ++i)
    for (const pid_t child : tests::children(pids[i])) pids.push_back(child);
  return pids;
}

/// The job's outcome, where 0.15 s after its start the others stood still for thrice its limit.
sandbox::Outcome with_a_pause(bool all, const std::function<sandbox::Result<sandbox::Outcome>()>& job) {
  REQUIRE(tests::run_calls("def f(): return True").calls.size() == 1);  // a zygote is there: the job starts at once
  std::jthread pause([all] {
    std::this_thread::sleep_for(150ms);
    const auto pids = to_stop(all);
    for (const pid_t pid : pids) ::kill(pid, SIGSTOP);
    std::this_thread::sleep_for(3 * limit);
    for (const pid_t pid : pids) ::kill(pid, SIGCONT);
  });
  auto outcome = job();
  if (!outcome) FAIL(outcome.error().message);
  return std::move(*outcome);
}

sandbox::ProgramJob program_job(std::string program) {
  sandbox::ProgramJob job;
  job.program = std::move(program);
  job.time_limit = limit;
  return job;
}

sandbox::Outcome run_call(bool all, const std::string& program) {
  auto job = tests::call_job(program);
  job.call_limits = {limit};
  tests::Results results;
  return with_a_pause(all, [&] { return tests::executor()->run(job, results); });
}

/// A machine with much else to do may keep even the warden waiting: not every time.
void check_beyond_doubt(const std::function<sandbox::Outcome()>& run) {
  bool doubtful = true;
  for (int tries = 0; doubtful && tries < 5; ++tries) {
    const auto outcome = run();
    CHECK(outcome.status == Status::call_timeout);
    doubtful = outcome.marginal;
  }
  CHECK_FALSE(doubtful);
}

}  // namespace

TEST_CASE("what passes while a warden is stopped is charged to no sample", "[pause]") {
  NEEDS_JAIL();
  const bool all = GENERATE(false, true);
  CAPTURE(all);
  const std::string slow = "import time\ndef f():\n    time.sleep(0.25)\n    return True";
  sandbox::Outcome outcome;
  SECTION("calls") { outcome = run_call(all, slow); }
  SECTION("tests") {
    sandbox::CheckJob job;
    job.program = slow;
    job.entry_point = "f";
    job.tests = {"assert f()"};
    job.test_limit = limit;
    job.set_limit = 5000ms;
    tests::Results results;
    outcome = with_a_pause(all, [&] { return tests::executor()->run(job, results); });
    CHECK(results.calls == std::vector<std::string>{"N"});
  }
  SECTION("a program") {
    const auto job = program_job("import time\ntime.sleep(0.25)");
    outcome = with_a_pause(all, [&] { return tests::executor()->run(job); });
  }
  CHECK(outcome.status == Status::ok);
  CHECK(outcome.wall_seconds > 1.4);
  CHECK(outcome.clock_seconds < outcome.wall_seconds - 1);
}

TEST_CASE("a sample that spins while its warden is stopped is over its limit, and in doubt runs again", "[pause]") {
  NEEDS_JAIL();
  for (const bool is_call : {true, false}) {
    CAPTURE(is_call);
    const auto job = program_job("while True: pass");
    const auto outcome = is_call ? run_call(false, "def f():\n    while True: pass")
                                 : with_a_pause(false, [&] { return tests::executor()->run(job); });
    CHECK(outcome.status == Status::call_timeout);
    CHECK(outcome.marginal);
  }
}

TEST_CASE("a sample that spins or sleeps is over its limit beyond doubt", "[pause]") {
  NEEDS_JAIL();
  for (const char* program : {"def f():\n    while True: pass", "import time\ndef f(): time.sleep(100)"}) {
    CAPTURE(program);
    auto job = tests::call_job(program);
    job.call_limits = {limit};
    check_beyond_doubt([&] { return tests::run(job).outcome; });
  }
  for (const char* program : {"while True: pass", "import time\ntime.sleep(100)"}) {
    CAPTURE(program);
    check_beyond_doubt([&] { return tests::executor()->run(program_job(program)).value(); });
  }
}
