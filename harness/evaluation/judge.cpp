#include "harness/evaluation/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "harness/evaluation/call_sink.h"
#include "harness/evaluation/check_program.h"
#include "harness/evaluation/sandbox_error.h"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;

/// The call that ran when the job was ended for its time has failed; the ones after it are still to be made.
void count_timed_out_call(SetTally& tally) {
  tally.failed.push_back(static_cast<std::uint32_t>(tally.done++));
  if (tally.cause == Cause::none) tally.cause = Cause::timeout;
}

/// Whether calls are left to be made once a process has ended so.
bool calls_are_left(sandbox::Status status, const SetTally& tally) {
  if (status == sandbox::Status::call_timeout) return tally.done + 1 < tally.calls;
  return status == sandbox::Status::stopped && tally.done < tally.calls;
}

bool killed_by_others(const sandbox::Outcome& outcome) { return outcome.memory_contended && !is_large(outcome); }

bool ran_out_of_time(const sandbox::Outcome& outcome) {
  return outcome.status == sandbox::Status::call_timeout || outcome.status == sandbox::Status::set_timeout;
}

bool near_a_limit(const sandbox::Outcome& outcome) { return outcome.marginal || outcome.memory_contended; }

}  // namespace

Judge::Judge(sandbox::Executor& executor, References& references, GroundTruth& ground_truth,
             const datasets::Dataset& dataset, const JudgeSettings& settings)
    : executor_(executor),
      references_(references),
      ground_truth_(ground_truth),
      dataset_(dataset),
      settings_(settings) {}

sandbox::Result<Judged> Judge::run_calls(const datasets::Problem& problem, const ReferenceSet& reference, TestSet set,
                                         const std::string& solution, const std::stop_token& stop) const {
  sandbox::CallJob job;
  job.program = solution;
  job.entry_point = problem.entry_point;
  job.inputs = reference.inputs;
  job.call_limits = call_limits(settings_.limits, reference.seconds());
  job.set_limit = set_limit(job.call_limits);
  job.iterate_results = SetOracle::iterates(dataset_.family, problem.entry_point);
  job.keep_going = settings_.report == FailTests::all;
  job.seed = job_seed(problem);

  SetOracle oracle(dataset_.family, problem.entry_point, inputs_of(problem, set), problem.atol);
  SetTally tally;
  tally.calls = reference.calls.size();
  const CallSink::Set context{dataset_, problem, reference, references_, job.keep_going};
  CallSink sink(context, oracle, tally, 0);
  auto outcome = executor_.run(job, sink, stop);
  if (sink.failure()) return tl::unexpected(*sink.failure());
  if (!outcome) return tl::unexpected(outcome.error());

  // EvalPlus interrupts a call over its limit and makes the next; a jail can't. With details the calls after it are
  // made in a fresh process, within what is left of the set's time; so are those after a result that was cut short.
  bool again = near_a_limit(*outcome);
  double cpu_seconds = outcome->cpu_seconds;
  sandbox::Attempts attempts = outcome->attempts;
  while (job.keep_going && calls_are_left(outcome->status, tally)) {
    job.set_limit -= milliseconds(std::llround(outcome->clock_seconds * 1000));
    if (job.set_limit <= milliseconds(0)) break;
    if (outcome->status == sandbox::Status::call_timeout) count_timed_out_call(tally);
    job.skip(job.inputs.size() - (tally.calls - tally.done));
    CallSink next(context, oracle, tally, tally.done);
    outcome = executor_.run(job, next, stop);
    if (next.failure()) return tl::unexpected(*next.failure());
    if (!outcome) return tl::unexpected(outcome.error());
    again = again || near_a_limit(*outcome);
    cpu_seconds += outcome->cpu_seconds;
    attempts.add(outcome->attempts);
  }
  outcome->cpu_seconds = cpu_seconds;
  outcome->attempts = attempts;
  SetResult result = set_verdict(*outcome, tally, settings_.report);
  again = again && !is_settled(result, settings_.report);
  return Judged{std::move(result), again, outcome->memory_contended, killed_by_others(*outcome)};
}

sandbox::Result<Judged> Judge::run_tests(const datasets::Problem& problem, const std::string& solution,
                                         const std::stop_token& stop) const {
  ReferenceTests& reference = ground_truth_.tests();
  sandbox::CheckJob job = check_job(problem, solution, settings_.limits, reference.known(problem));
  job.keep_going = settings_.report == FailTests::all;
  job.seed = job_seed(problem);
  SetTally tally;
  const auto run = [&] {
    tally = {};
    tally.calls = job.tests.size();
    TestSink sink(tally, job.keep_going);
    return executor_.run(job, sink, stop);
  };
  auto outcome = run();
  if (outcome && ran_out_of_time(*outcome)) {
    auto longer = reference.with_more_time(job, problem, settings_.limits, stop);
    if (!longer) return tl::unexpected(longer.error());
    if (*longer) {
      job = std::move(**longer);
      const sandbox::Attempts attempts = outcome->attempts;
      outcome = run();
      if (outcome) outcome->attempts.add(attempts);
    }
  }
  if (!outcome) return tl::unexpected(outcome.error());
  SetResult result = set_verdict(*outcome, tally, settings_.report);
  result.shared = job.shared || outcome->own_word || !tally.own_word.empty();
  const bool again = near_a_limit(*outcome) && !is_settled(result, settings_.report);
  return Judged{std::move(result), again, outcome->memory_contended, killed_by_others(*outcome), outcome->bad_tests};
}

Result<Judged> Judge::judge(const datasets::Problem& problem, TestSet set, const std::string& solution,
                            std::stop_token stop) const {
  SharedReference reference;
  if (problem.kind == datasets::TestKind::calls) {
    auto found = ground_truth_.get(problem, set, stop);
    if (!found) return tl::unexpected(found.error());
    reference = std::move(*found);
  }
  const auto attempt = [&] {
    return reference ? run_calls(problem, *reference, set, solution, stop) : run_tests(problem, solution, stop);
  };
  auto judged = attempt();
  if (!judged && judged.error().code != sandbox::Errc::cancelled) judged = attempt();
  if (!judged) return tl::unexpected(of_sandbox(judged.error()));
  if (!judged->bad_tests.empty())
    return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: task {}: {}; mend the data set", dataset_.name,
                                                            problem.task_id, judged->bad_tests)});
  return std::move(*judged);
}

Result<SetResult> Judge::judge_alone(const datasets::Problem& problem, TestSet set, const std::string& solution,
                                     std::stop_token stop) const {
  const auto guard = executor_.alone();
  auto judged = judge(problem, set, solution, std::move(stop));
  if (!judged) return tl::unexpected(judged.error());
  if (judged->killed_by_others)
    return tl::unexpected(Error{Errc::sandbox, "a sample was killed from outside the sandbox, and again when alone"});
  return std::move(judged->result);
}

}  // namespace assay::harness
