#include "harness/service/scorer.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "datasets/formats/entry_point.h"
#include "harness/evaluation/call_sink.h"
#include "harness/evaluation/check_program.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/evaluation/set_verdict.h"

namespace assay::harness {
namespace {

using sandbox::Status;
using std::chrono::milliseconds;

/// Reads the program as text; nothing of it runs.
constexpr const char* parse_program = R"(import ast, sys
try:
    ast.parse(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
except BaseException:
    sys.exit(1)
)";

/// Whether what was seen leaves open that the program does not parse. Where it ran, it did; and what does not parse
/// can't pretend to have run.
bool may_not_parse(const sandbox::Outcome& outcome) {
  if (outcome.calls_done > 0 || outcome.status == Status::ok || outcome.status == Status::exited) return false;
  if (outcome.status == Status::forbidden || outcome.status == Status::protocol) return false;
  if (outcome.status != Status::load_failed) return true;
  return outcome.detail.starts_with('S');  // the stage of compiling
}

/// What a test did to the process, without an end to the tests after it: those are independent of each other.
bool goes_on_after(Status status) {
  return status == Status::call_timeout || status == Status::exited || status == Status::crash ||
         status == Status::memory;
}

/// A program that ends whatever calls it, or as soon as it is loaded, is not started once more for each of its tests.
constexpr std::size_t most_unanswered = 3;

bool is_hostile(Status status) { return status == Status::forbidden || status == Status::protocol; }

sandbox::CheckJob job_of(const Item& item) {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.setup = item.setup;
  problem.tests = item.tests;
  problem.entry_point = datasets::called_function(item.tests, {});
  sandbox::CheckJob job = check_job(problem, item.program, {});
  job.test_limit = item.limits.test;
  job.set_limit = item.limits.total;
  job.keep_going = true;
  return job;
}

sandbox::CheckJob rest_of(const sandbox::CheckJob& whole, std::size_t first, milliseconds left) {
  sandbox::CheckJob job = whole;
  job.tests.erase(job.tests.begin(), job.tests.begin() + static_cast<std::ptrdiff_t>(first));
  job.set_limit = left;
  return job;
}

/// Whether it was killed for what its neighbours used. From outside, a program that kills itself looks the same, but
/// for this: the kernel takes what is large.
bool was_a_victim(const sandbox::Outcome& outcome) {
  constexpr std::uint64_t large_bytes = 256 << 20;
  return outcome.memory_contended && outcome.memory_peak_bytes >= large_bytes;
}

bool worth_another_try(const sandbox::Error& error) { return error.code != sandbox::Errc::cancelled; }

}  // namespace

sandbox::Result<Score> Scorer::score_once(const sandbox::CheckJob& job, const std::stop_token& stop) const {
  const std::size_t count = job.tests.size();
  Score score;
  score.shared = job.shared;
  SetTally tally;
  tally.calls = count;
  sandbox::Outcome outcome;
  milliseconds left = job.set_limit;
  sandbox::Attempts attempts;
  std::size_t unanswered = 0;  // processes in a row that answered no test
  for (;;) {
    TestSink sink(tally, true);
    auto ran =
        tally.done == 0 ? executor_.run(job, sink, stop) : executor_.run(rest_of(job, tally.done, left), sink, stop);
    if (!ran) return tl::unexpected(ran.error());
    if (was_a_victim(*ran))
      return tl::unexpected(sandbox::Error{sandbox::Errc::unavailable,
                                           "sandbox: a sample was killed for memory below its own limit; lower "
                                           "--parallel, or give the machine more memory"});
    outcome = std::move(*ran);
    score.seconds += outcome.cpu_seconds;
    attempts.add(outcome.attempts);
    left -= milliseconds(std::llround(outcome.wall_seconds * 1000));
    unanswered = outcome.calls_done > 0 ? 0 : unanswered + 1;
    if (!goes_on_after(outcome.status) || unanswered == most_unanswered || tally.done + 1 >= count ||
        left <= milliseconds(0))
      break;
    if (tally.cause == Cause::none) tally.cause = set_verdict(outcome, tally, FailTests::all).cause;
    tally.failed.push_back(static_cast<std::uint32_t>(tally.done++));
  }
  for (const sandbox::Attempt kind : attempts.kinds()) score.attempts.emplace_back(sandbox::name(kind));
  const SetResult result = set_verdict(outcome, tally, FailTests::all);
  score.cause = result.cause;
  score.verdict = result.verdict;
  score.detail = result.detail;
  score.tests.assign(count, TestOutcome::not_run);
  for (std::size_t i = 0; i < std::min(tally.done, count); ++i) score.tests[i] = TestOutcome::passed;
  for (const std::uint32_t i : tally.failed)
    if (i < count) score.tests[i] = TestOutcome::failed;
  if (tally.done < count && outcome.status != Status::ok) score.tests[tally.done] = TestOutcome::failed;
  const auto passed = std::count(score.tests.begin(), score.tests.end(), TestOutcome::passed);
  score.pass_rate =
      count == 0 || is_hostile(outcome.status) ? 0 : static_cast<double>(passed) / static_cast<double>(count);
  if (may_not_parse(outcome) && passed == 0 && tally.done == 0) {
    sandbox::ProgramJob parse;
    parse.program = parse_program;
    parse.input = job.program;
    const auto parsed = executor_.run(parse, stop);
    if (!parsed) return tl::unexpected(parsed.error());
    score.parses = parsed->status == Status::ok;
  }
  return score;
}

Result<Score> Scorer::score(const Item& item, const std::stop_token& stop) const { return score(job_of(item), stop); }

Result<Score> Scorer::score(const sandbox::CheckJob& job, const std::stop_token& stop) const {
  auto score = score_once(job, stop);
  if (!score && worth_another_try(score.error())) score = score_once(job, stop);
  if (!score) return tl::unexpected(of_sandbox(score.error()));
  return std::move(*score);
}

Result<sandbox::Outcome> Scorer::run(const sandbox::ProgramJob& job, const std::stop_token& stop) const {
  const auto once = [&]() -> sandbox::Result<sandbox::Outcome> {
    auto outcome = executor_.run(job, stop);
    if (outcome && was_a_victim(*outcome))
      return tl::unexpected(
          sandbox::Error{sandbox::Errc::unavailable, "sandbox: a program was killed for memory below its own limit"});
    return outcome;
  };
  auto outcome = once();
  if (!outcome && worth_another_try(outcome.error())) outcome = once();
  if (!outcome) return tl::unexpected(of_sandbox(outcome.error()));
  return std::move(*outcome);
}

Result<bool> Scorer::parses(const std::string& program, const std::stop_token& stop) const {
  sandbox::ProgramJob job;
  job.program = parse_program;
  job.input = program;
  auto outcome = run(job, stop);
  if (!outcome) return tl::unexpected(outcome.error());
  return outcome->status == Status::ok;
}

}  // namespace assay::harness
