// A zygote that is killed, whatever it was at: jobs fail or are done as ever, and nothing stays behind.
#include <signal.h>

#include <algorithm>
#include <random>
#include <thread>

#include "tests/children.h"
#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::Status;

TEST_CASE("a job whose zygote is killed fails as ours or ends as ever: no two samples share its pipes", "[zygote]") {
  NEEDS_JAIL();
  const auto others = tests::children(::getpid());
  sandbox::Options options;
  options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
  auto executor = sandbox::Executor::start(options);
  REQUIRE(executor);
  std::vector<pid_t> wardens = tests::children(::getpid());
  std::erase_if(wardens, [&](pid_t pid) { return std::find(others.begin(), others.end(), pid) != others.end(); });
  REQUIRE(wardens.size() == 1);
  std::mt19937 random(7);
  std::size_t failed = 0;
  constexpr std::size_t jobs = 80, calls = 5;
  const auto job = tests::call_job("def f(): return True", calls);
  for (std::size_t i = 0; i < jobs; ++i) {
    tests::Results before, results;
    REQUIRE(executor->run(job, before));  // there is a zygote again
    const auto zygotes = tests::children(wardens.front());
    REQUIRE(zygotes.size() == 1);
    const auto moment = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 3000)(random));
    std::jthread killer([&] {
      std::this_thread::sleep_for(moment);
      ::kill(zygotes.front(), SIGKILL);
    });
    const auto outcome = executor->run(job, results);
    killer.join();
    if (!outcome) {
      ++failed;
      continue;
    }
    CAPTURE(i, moment.count(), outcome->detail);
    CHECK(outcome->status == Status::ok);
    CHECK(outcome->attempts.none());
    CHECK(results.calls == std::vector<std::string>(calls, "T"));
  }
  CAPTURE(failed);
  CHECK(failed < jobs / 4);
  tests::Results results;
  REQUIRE(executor->run(job, results));
  CHECK(tests::children(wardens.front()).size() == 1);  // the zygote
}
