#include "harness/service/scorer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "datasets/formats/entry_point.h"
#include "datasets/python/library.h"
#include "datasets/python/names.h"
#include "harness/evaluation/call_sink.h"
#include "harness/evaluation/check_program.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/evaluation/test_text/test_names.h"
#include "harness/service/function_cases.h"
#include "harness/service/stream_cases.h"

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

/// A helper of the tests is never taken for what they test: a sample that defines its namesake would answer for it.
std::string tested_function(const Item& item) {
  const TestNames names = names_of(item.setup, item.tests, {});
  std::vector<std::string> others = names.bound;
  std::copy_if(names.unknown.begin(), names.unknown.end(), std::back_inserter(others), datasets::is_helper_name);
  std::string found = datasets::called_function(item.tests, {}, others);
  // A parameter of a helper's is nobody's; what nobody defines is the program's.
  const bool nobodys = !std::binary_search(names.unknown.begin(), names.unknown.end(), found);
  return nobodys && !names.unknown.empty() ? names.unknown.front() : found;
}

sandbox::CheckJob job_of(const Item& item) {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.setup = item.setup;
  problem.tests = item.tests;
  problem.entry_point = tested_function(item);
  sandbox::CheckJob job = check_job(problem, item.program, {});
  // Without a published solution the name alone says what it may be. Where it is something else, nothing is lost.
  job.objects = job.objects || datasets::is_class_name(problem.entry_point) ||
                names_of(item.setup, item.tests, problem.entry_point).reads_objects;
  job.test_limit = item.limits.test;
  job.set_limit = item.limits.total;
  job.keep_going = true;
  job.apart = true;
  return job;
}

/// Whether a program was killed for what its neighbours used. One that kills itself looks the same, but for its size.
bool was_a_victim(const sandbox::Outcome& outcome) { return outcome.memory_contended && is_large(outcome); }

bool worth_another_try(const sandbox::Error& error) { return error.code != sandbox::Errc::cancelled; }

}  // namespace

milliseconds time_of(const sandbox::Outcome& outcome) {
  return milliseconds(std::llround(outcome.clock_seconds * 1000));
}

bool goes_on_after(Status status) {
  return status == Status::call_timeout || status == Status::exited || status == Status::crash ||
         status == Status::memory;
}

/// What all tests together came to, over the processes that they took.
struct Scorer::Ran {
  SetTally tally;
  sandbox::Outcome outcome;  ///< of the last process
  Score seen;                ///< what all of them took and tried
  std::string bad_tests;
  bool own_word = false;  ///< sandbox::Outcome::own_word of any
  bool doubtful = false;  ///< a limit was passed near enough to it, or in such a way, that it may not be next time
};

sandbox::Result<Scorer::Ran> Scorer::run_tests(sandbox::CheckJob job, const std::stop_token& stop) const {
  const std::size_t count = job.tests.size();
  Ran ran;
  ran.tally.calls = count;
  std::size_t unanswered = 0;  // processes in a row that answered no test
  std::size_t apart = 0;       // that ended for the program's own word
  for (;;) {
    TestSink sink(ran.tally, true);
    const bool whole = ran.tally.done == 0;
    job.skip(job.tests.size() - (count - ran.tally.done));
    auto outcome = executor_.run(job, sink, stop);
    if (!outcome) return tl::unexpected(outcome.error());
    if (outcome->memory_contended) return tl::unexpected(killed_from_outside());
    const bool timed_out = outcome->status == Status::call_timeout || outcome->status == Status::set_timeout;
    ran.seen.out_of_time = ran.seen.out_of_time || timed_out;
    ran.doubtful = ran.doubtful || (timed_out && outcome->marginal);
    ran.outcome = std::move(*outcome);
    ran.seen.saw(ran.outcome);
    // Of all tests together: a sample that ends its process could else see to it that those left never call it.
    if (whole) ran.bad_tests = ran.outcome.bad_tests;
    ran.own_word = ran.own_word || ran.outcome.own_word;
    job.set_limit -= time_of(ran.outcome);
    unanswered = ran.outcome.calls_done > 0 ? 0 : unanswered + 1;
    const bool left = ran.outcome.status == Status::ok && ran.outcome.calls_done > 0 && ran.tally.done < count;
    if (left && !job.shared) {  // the program may know now what tests expect
      job.apart = ++apart < most_apart;
      if (job.set_limit > milliseconds(0)) continue;
      ran.outcome.status = Status::set_timeout;
    }
    if (!goes_on_after(ran.outcome.status) || unanswered == most_unanswered || ran.tally.done + 1 >= count ||
        job.set_limit <= milliseconds(0))
      return ran;
    if (ran.tally.cause == Cause::none) ran.tally.cause = set_verdict(ran.outcome, ran.tally, FailTests::all).cause;
    ran.tally.failed.push_back(static_cast<std::uint32_t>(ran.tally.done++));
  }
}

Score Scorer::score_of(const Ran& ran, const sandbox::CheckJob& job) {
  const std::size_t count = job.tests.size(), done = ran.tally.done;
  const SetResult result = set_verdict(ran.outcome, ran.tally, FailTests::all);
  Score score = ran.seen;
  score.shared = job.shared || ran.own_word;
  score.verdict = result.verdict;
  score.cause = result.cause;
  score.detail = result.detail;
  score.bad_tests = ran.bad_tests;
  score.tests.assign(count, TestOutcome::not_run);
  for (std::size_t i = 0; i < std::min(done, count); ++i) score.tests[i] = TestOutcome::passed;
  for (const std::uint32_t i : ran.tally.own_word)
    if (i < count) score.tests[i] = TestOutcome::own_word;
  for (const std::uint32_t i : ran.tally.failed)
    if (i < count) score.tests[i] = TestOutcome::failed;
  if (done < count && ran.outcome.status != Status::ok) score.tests[done] = TestOutcome::failed;
  score.settle();
  return score;
}

Result<Score> Scorer::score(const Item& item, const std::stop_token& stop) const {
  if (!item.cases.empty()) return score_cases(*this, item, stop);
  if (!item.calls.empty()) return score_calls(*this, item, stop);
  return score(job_of(item), stop);
}

Result<Score> Scorer::score(const sandbox::CheckJob& job, const std::stop_token& stop) const {
  auto ran = run_tests(job, stop);
  sandbox::Attempts before;  // of a try that does not count
  if (ran ? ran->doubtful : worth_another_try(ran.error())) {
    if (ran) before = ran->seen.attempts;
    ran = run_tests(job, stop);
  }
  if (!ran) return tl::unexpected(of_sandbox(ran.error()));
  ran->seen.attempts.add(before);
  Score score = score_of(*ran, job);
  if (ran->tally.done == 0 && may_not_parse(ran->outcome)) {
    const auto parsed = parses(job.program, stop);
    if (!parsed) return tl::unexpected(parsed.error());
    score.parses = *parsed;
  }
  return score;
}

template <class Run>
Result<sandbox::Outcome> Scorer::run_twice(const Run& run) {
  const auto once = [&]() -> sandbox::Result<sandbox::Outcome> {
    auto outcome = run();
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

Result<sandbox::Outcome> Scorer::run(const sandbox::ProgramJob& job, const std::stop_token& stop) const {
  return run_twice([&] { return executor_.run(job, stop); });
}

Result<sandbox::Outcome> Scorer::run(const sandbox::CallJob& job, sandbox::ResultSink& sink,
                                     const std::stop_token& stop) const {
  return run_twice([&]() -> sandbox::Result<sandbox::Outcome> {
    auto outcome = executor_.run(job, sink, stop);
    if (outcome && outcome->memory_contended) return tl::unexpected(killed_from_outside());
    return outcome;
  });
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
