// A zygote that is killed, whatever it was at: jobs fail or are done as ever, and nothing stays behind.
#include <signal.h>

#include <algorithm>
#include <optional>
#include <random>
#include <thread>

#include "tests/children.h"
#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::Status;

namespace {

/// An executor of one slot, and its warden's process.
struct Slot {
  Slot() {
    const auto others = tests::children(::getpid());
    sandbox::Options options;
    options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
    auto started = sandbox::Executor::start(options);
    REQUIRE(started);
    executor.emplace(std::move(*started));
    std::vector<pid_t> wardens = tests::children(::getpid());
    std::erase_if(wardens, [&](pid_t pid) { return std::find(others.begin(), others.end(), pid) != others.end(); });
    REQUIRE(wardens.size() == 1);
    warden = wardens.front();
  }
  /// Of the one that there is between two jobs.
  [[nodiscard]] pid_t zygote() const {
    const auto zygotes = tests::children(warden);
    REQUIRE(zygotes.size() == 1);
    return zygotes.front();
  }
  std::optional<sandbox::Executor> executor;
  pid_t warden = 0;
};

}  // namespace

TEST_CASE("a job whose zygote is killed fails as ours or ends as ever: no two samples share its pipes", "[zygote]") {
  NEEDS_JAIL();
  Slot slot;
  std::mt19937 random(7);
  std::size_t failed = 0;
  constexpr std::size_t jobs = 80, calls = 5;
  const auto job = tests::call_job("def f(): return True", calls);
  for (std::size_t i = 0; i < jobs; ++i) {
    tests::Results before, results;
    REQUIRE(slot.executor->run(job, before));  // there is a zygote again
    const pid_t zygote = slot.zygote();
    const auto moment = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 3000)(random));
    std::jthread killer([&] {
      std::this_thread::sleep_for(moment);
      ::kill(zygote, SIGKILL);
    });
    const auto outcome = slot.executor->run(job, results);
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
  REQUIRE(slot.executor->run(job, results));
  CHECK(tests::children(slot.warden).size() == 1);  // the zygote
}

TEST_CASE("a zygote that hangs is replaced, and its job done", "[zygote]") {
  NEEDS_JAIL();
  Slot slot;
  const auto job = tests::call_job("def f(): return True");
  tests::Results before, results;
  REQUIRE(slot.executor->run(job, before));
  const pid_t hung = slot.zygote();
  REQUIRE(::kill(hung, SIGSTOP) == 0);
  const auto outcome = slot.executor->run(job, results);
  REQUIRE(outcome);
  CHECK(outcome->status == Status::ok);
  CHECK(results.calls == before.calls);
  CHECK(slot.zygote() != hung);
  CHECK(slot.executor->restarts() == 0);
}
