#include "harness/evaluation/set_verdict.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sandbox/printable.h"

namespace assay::harness {
namespace {

using sandbox::Status;

/// What a job that did not come to its end means for its set.
struct Ending {
  Status status;
  Verdict verdict;
  Cause cause;
  bool counts_call;  ///< EvalPlus counts the call that was running as tried, and failed
};

constexpr Ending endings[] = {
    {Status::load_failed, Verdict::fail, Cause::exception, false},  // the cause is read from its detail
    {Status::call_timeout, Verdict::fail, Cause::timeout, true},
    {Status::exited, Verdict::timeout, Cause::early_exit, false},
    {Status::set_timeout, Verdict::timeout, Cause::timeout, false},
    {Status::memory, Verdict::timeout, Cause::memory, false},
    {Status::crash, Verdict::timeout, Cause::crash, false},
    // EvalPlus knows none of these; they end a process before its verdict.
    {Status::forbidden, Verdict::timeout, Cause::forbidden_call, false},
    {Status::output_limit, Verdict::timeout, Cause::output_limit, false},
    {Status::protocol, Verdict::timeout, Cause::protocol, false},
};

const Ending* ending_of(Status status) {
  for (const Ending& ending : endings)
    if (ending.status == status) return &ending;
  return nullptr;
}

/// The runner's word on a program that did not load: a letter for the stage, then its account of the exception.
std::pair<Cause, std::string> load_failure(std::string_view detail) {
  const char stage = detail.empty() ? 'E' : detail.front();
  const std::string_view what = detail.substr(std::min<std::size_t>(1, detail.size()));
  if (stage == 'S') return {Cause::syntax, sandbox::printable(what)};
  if (stage == 'N') return {Cause::no_entry_point, sandbox::printable(what)};
  return {cause_of_exception(what), sandbox::printable(what)};
}

/// All calls were made, or the sink stopped the job at a call that did not pass.
SetResult of_calls(const SetTally& tally) {
  SetResult result;
  const bool all = tally.done == tally.calls && tally.failed.empty();
  result.verdict = all ? Verdict::pass : Verdict::fail;
  // A job that ended well with a call unanswered told of fewer calls than it was given: not a pass, whatever it says.
  result.cause = all ? Cause::none : tally.failed.empty() ? Cause::protocol : tally.cause;
  result.detail = all ? std::string{} : tally.detail;
  if (!all) result.returned = tally.returned;
  return result;
}

}  // namespace

Cause cause_of_exception(std::string_view account) {
  const std::string_view type = account.substr(0, account.find_first_of(": "));
  if (type == "MemoryError") return Cause::memory;
  if (type == "SystemExit") return Cause::early_exit;
  return Cause::exception;
}

Cause hostile_act(const sandbox::Attempts& attempts) {
  using sandbox::Attempt;
  if (attempts.has(Attempt::forbidden_call)) return Cause::forbidden_call;
  constexpr Attempt forgeries[] = {Attempt::answered_twice, Attempt::answered_for_another, Attempt::forged_frame,
                                   Attempt::undecodable};
  const bool forged =
      std::any_of(std::begin(forgeries), std::end(forgeries), [&](Attempt kind) { return attempts.has(kind); });
  return forged ? Cause::protocol : Cause::none;
}

SetResult set_verdict(const sandbox::Outcome& outcome, const SetTally& tally, FailTests report) {
  const Ending* ending = ending_of(outcome.status);
  SetResult result = ending == nullptr ? of_calls(tally) : SetResult{};
  std::vector<std::uint32_t> failed = tally.failed;
  std::size_t tried = tally.done;
  if (ending != nullptr) {
    result.verdict = ending->verdict;
    result.cause = ending->cause;
    result.detail = sandbox::printable(outcome.detail);
    if (outcome.status == Status::load_failed) std::tie(result.cause, result.detail) = load_failure(outcome.detail);
    if (ending->counts_call && tried < tally.calls) failed.push_back(static_cast<std::uint32_t>(tried++));
    // With details calls before it may have failed: the first that did names the cause.
    if (ending->counts_call && tally.cause != Cause::none)
      std::tie(result.cause, result.detail, result.returned) = std::tie(tally.cause, tally.detail, tally.returned);
  }
  result.passed = tally.passed;
  result.cpu_seconds = outcome.cpu_seconds;
  result.attempts = outcome.attempts;
  result.attempts.add(tally.attempts);
  if (result.verdict == Verdict::pass || tried == 0) return result;
  result.failed = report == FailTests::all ? std::move(failed) : std::vector{static_cast<std::uint32_t>(tried - 1)};
  return result;
}

bool is_settled(const SetResult& result, FailTests report) {
  return report != FailTests::all && result.verdict == Verdict::fail &&
         (result.cause == Cause::wrong_answer || result.cause == Cause::exception);
}

}  // namespace assay::harness
