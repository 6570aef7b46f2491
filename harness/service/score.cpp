#include "harness/service/score.h"

#include <algorithm>

#include "harness/evaluation/set_verdict.h"
#include "sandbox/printable.h"

namespace assay::harness {

std::string_view name(Integrity integrity) {
  switch (integrity) {
    case Integrity::split:
      return "split";
    case Integrity::mixed:
      return "mixed";
    case Integrity::shared:
      break;
  }
  return "shared";
}

double Score::pass_rate(bool with_shared) const {
  if (tests.empty() || hostile || (shared && !with_shared)) return 0;
  const auto passed = std::ranges::count_if(tests, [&](TestOutcome outcome) {
    return outcome == TestOutcome::passed || (outcome == TestOutcome::own_word && with_shared);
  });
  return static_cast<double>(passed) / static_cast<double>(tests.size());
}

Integrity Score::integrity() const {
  const bool own_word = std::ranges::count(tests, TestOutcome::own_word) > 0;
  if (!shared && !own_word) return Integrity::split;
  return shared || std::ranges::count(tests, TestOutcome::passed) == 0 ? Integrity::shared : Integrity::mixed;
}

void Score::saw(const sandbox::Outcome& outcome) {
  seconds += outcome.cpu_seconds;
  attempts.add(outcome.attempts);
}

void Score::fail(Cause why, std::string_view account) {
  out_of_time = out_of_time || why == Cause::timeout;
  if (cause != Cause::none) return;
  cause = why;
  detail = sandbox::printable(account);
}

void Score::settle() {
  const Cause act = hostile_act(attempts);
  hostile = act != Cause::none;
  if (!hostile) return;
  cause = act;
  if (verdict == Verdict::pass) verdict = Verdict::fail;
}

}  // namespace assay::harness
