#include "harness/evaluation/reference_tests.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/evaluation/check_program.h"
#include "harness/evaluation/ground_truth.h"
#include "harness/evaluation/sandbox_error.h"

namespace assay::harness {
namespace {

/// Takes the longest test's time, and stops at the first that does not pass.
class LongestTest : public sandbox::ResultSink {
 public:
  bool begin(const sandbox::ResultHeader& header) override {
    seconds = std::max(seconds, header.seconds);
    return header.kind != sandbox::ResultHeader::Kind::raised;
  }
  bool piece(sandbox::Bytes) override { return true; }
  bool end(std::size_t) override {
    ++passed;
    return true;
  }
  double seconds = 0;
  std::size_t passed = 0;
};

std::string reference_program(const datasets::Problem& problem) {
  const bool continues_prompt = problem.kind == datasets::TestKind::check;
  return continues_prompt ? problem.prompt + problem.canonical_solution : problem.canonical_solution;
}

}  // namespace

ReferenceTests::Entry& ReferenceTests::entry(const std::string& task_id) {
  const std::lock_guard lock(mutex_);
  return entries_[task_id];
}

double ReferenceTests::known(const datasets::Problem& problem) {
  Entry& place = entry(problem.task_id);
  const std::unique_lock lock(place.mutex, std::try_to_lock);  // one that measures has nothing to tell yet
  return lock && place.seconds ? *place.seconds : 0;
}

sandbox::Result<double> ReferenceTests::measured(const datasets::Problem& problem, std::stop_token stop) {
  Entry& place = entry(problem.task_id);
  const std::lock_guard lock(place.mutex);
  if (place.seconds) return *place.seconds;
  if (problem.canonical_solution.empty()) return place.seconds.emplace(0);
  const std::chrono::milliseconds longest = longest_set_limit();
  sandbox::CheckJob job = check_job(problem, reference_program(problem), {}, 0);
  job.test_limit = longest;
  job.set_limit = longest;
  job.seed = job_seed(problem);
  LongestTest sink;
  const auto outcome = executor_.run(job, sink, std::move(stop));
  if (!outcome) return tl::unexpected(outcome.error());
  if (outcome->memory_contended) return tl::unexpected(killed_from_outside());
  const bool passes = outcome->status == sandbox::Status::ok && sink.passed == job.tests.size();
  return place.seconds.emplace(passes ? sink.seconds : 0);
}

sandbox::Result<std::optional<sandbox::CheckJob>> ReferenceTests::with_more_time(const sandbox::CheckJob& job,
                                                                                 const datasets::Problem& problem,
                                                                                 const TimeLimits& limits,
                                                                                 std::stop_token stop) {
  const auto seconds = measured(problem, std::move(stop));
  if (!seconds) return tl::unexpected(seconds.error());
  sandbox::CheckJob longer = check_job(problem, job.program, limits, *seconds);
  if (longer.test_limit <= job.test_limit) return std::nullopt;
  longer.keep_going = job.keep_going;
  longer.seed = job.seed;
  return longer;
}

}  // namespace assay::harness
