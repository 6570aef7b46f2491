#pragma once
/// One solution against one set of tests: jobs for the executor, results to the oracle, the outcome to a verdict.
#include <stop_token>
#include <string>

#include "datasets/problem.h"
#include "harness/evaluation/ground_truth.h"
#include "harness/evaluation/reference_stream.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/evaluation/time_limits.h"

namespace assay::harness {

struct JudgeSettings {
  TimeLimits limits;
  FailTests report = FailTests::last_tried;  ///< `all` runs every call, though an earlier one failed
};

struct Judged {
  SetResult result;
  /// A call came near its limit, or memory was short through others, and that may have decided (is_settled()): to be
  /// judged once more by judge_alone().
  bool again_alone = false;
  bool memory_contended = false;  ///< sandbox::Outcome::memory_contended: that decided, and not the solution
  bool killed_by_others = false;  ///< that, and it held little memory itself
  std::string bad_tests{};        ///< sandbox::Outcome::bad_tests: nothing is known of the solution
};

/// Judges solutions. Holds no state of a solution; may be used from any thread.
class Judge {
 public:
  /// All must outlive it.
  Judge(sandbox::Executor& executor, References& references, GroundTruth& ground_truth,
        const datasets::Dataset& dataset, const JudgeSettings& settings);

  /// `solution` is the whole program. Our own failure is tried once more, and is then an error: never a verdict.
  /// @return Errc::interrupted after a stop; Errc::sandbox where the sandbox failed twice; Errc::bad_data where the
  /// problem's tests are no Python, or their setup fails by itself.
  [[nodiscard]] Result<Judged> judge(const datasets::Problem& problem, TestSet set, const std::string& solution,
                                     std::stop_token stop = {}) const;
  /// The same with no other job beside it; what it says counts.
  [[nodiscard]] Result<SetResult> judge_alone(const datasets::Problem& problem, TestSet set,
                                              const std::string& solution, std::stop_token stop = {}) const;

 private:
  sandbox::Result<Judged> run_calls(const datasets::Problem& problem, const ReferenceSet& reference, TestSet set,
                                    const std::string& solution, const std::stop_token& stop) const;
  sandbox::Result<Judged> run_tests(const datasets::Problem& problem, const std::string& solution,
                                    const std::stop_token& stop) const;

  sandbox::Executor& executor_;
  References& references_;
  GroundTruth& ground_truth_;
  const datasets::Dataset& dataset_;
  JudgeSettings settings_;
};

}  // namespace assay::harness
