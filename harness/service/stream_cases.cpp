#include "harness/service/stream_cases.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "harness/evaluation/set_verdict.h"

namespace assay::harness {
namespace {

using sandbox::Status;
using std::chrono::milliseconds;

std::string_view stripped(std::string_view text) {
  constexpr std::string_view space = " \t\n\r\f\v";
  const std::size_t begin = std::min(text.find_first_not_of(space), text.size());
  const std::size_t end = text.find_last_not_of(space);
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

/// Why a case did not pass whose run came to this.
Cause cause_of(const sandbox::Outcome& outcome) {
  if (outcome.status == Status::ok) return Cause::wrong_answer;
  if (outcome.status == Status::failed) return Cause::exception;
  return set_verdict(outcome, {}, FailTests::all).cause;
}

/// The cases of one item, one after the other.
class Cases {
 public:
  Cases(const Scorer& scorer, const Item& item, const std::stop_token& stop)
      : scorer_(scorer), item_(item), stop_(stop), left_(item.limits.total) {
    score_.tests.assign(item.cases.size(), TestOutcome::not_run);
  }

  Result<Score> run() {
    std::size_t timed_out = 0;  // in a row
    for (std::size_t i = 0; i < item_.cases.size() && timed_out < most_unanswered; ++i) {
      if (left_ <= milliseconds(0)) {
        score_.fail(Cause::timeout, "all cases together");
        score_.verdict = Verdict::timeout;
        break;
      }
      const auto outcome = run(item_.cases[i]);
      if (!outcome) return tl::unexpected(outcome.error());
      judge(i, *outcome);
      if (outcome->status == Status::forbidden) break;
      if (i == 0 && outcome->status != Status::ok) {
        const auto parsed = scorer_.parses(item_.program, stop_);
        if (!parsed) return tl::unexpected(parsed.error());
        if (!*parsed) return no_python();
      }
      timed_out = outcome->status == Status::call_timeout ? timed_out + 1 : 0;
    }
    if (score_.cause == Cause::none) score_.verdict = Verdict::pass;
    score_.settle();
    return score_;
  }

 private:
  Result<sandbox::Outcome> run(const StreamCase& each) {
    sandbox::ProgramJob job;
    job.program = item_.program;
    job.input = each.input;
    job.time_limit = std::min(item_.limits.test, left_);
    auto outcome = scorer_.run(job, stop_);
    if (outcome && outcome->marginal) {
      score_.saw(*outcome);
      outcome = scorer_.run(job, stop_);
    }
    if (!outcome) return outcome;
    score_.saw(*outcome);
    left_ -= time_of(*outcome);
    return outcome;
  }
  void judge(std::size_t i, const sandbox::Outcome& outcome) {
    const bool passed = outcome.status == Status::ok && same_output(outcome.out, item_.cases[i].output);
    score_.tests[i] = passed ? TestOutcome::passed : TestOutcome::failed;
    if (!passed) score_.fail(cause_of(outcome), outcome.detail);
  }
  Score no_python() {
    score_.parses = false;
    score_.cause = Cause::syntax;
    score_.tests.assign(score_.tests.size(), TestOutcome::failed);
    return score_;
  }

  const Scorer& scorer_;
  const Item& item_;
  const std::stop_token& stop_;
  milliseconds left_;
  Score score_;
};

}  // namespace

bool same_output(std::string_view found, std::string_view expected) {
  found = stripped(found), expected = stripped(expected);
  for (;;) {
    const std::size_t a = found.find('\n'), b = expected.find('\n');
    if (stripped(found.substr(0, a)) != stripped(expected.substr(0, b))) return false;
    if (a == std::string_view::npos || b == std::string_view::npos) return a == b;
    found.remove_prefix(a + 1), expected.remove_prefix(b + 1);
  }
}

Result<Score> score_cases(const Scorer& scorer, const Item& item, const std::stop_token& stop) {
  return Cases(scorer, item, stop).run();
}

}  // namespace assay::harness
