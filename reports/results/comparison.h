#pragma once
/// One run against another on the same problems.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/error.h"
#include "reports/results/flaky.h"
#include "reports/runs/run.h"
#include "reports/runs/run_origin.h"
#include "reports/statistics/comparison_verdict.h"
#include "reports/statistics/paired_differences.h"
#include "reports/statistics/paired_permutation.h"

namespace assay::reports {

struct CompareOptions {
  std::optional<Metric> metric;  ///< default: plus.pass@1, base.pass@1 where neither run has plus tests
  double alpha = 0.05;
  std::optional<double> max_drop_points;
};

/// A program that shows why a score changed.
struct FlipProgram {
  std::uint32_t ordinal = 0;  ///< the sample's
  bool correct = false;
  std::string text;
};

/// A problem whose score changed.
struct Flip {
  std::string task_id;
  SampleCounts base, newer;
  double difference = 0;
  bool same_programs = false;  ///< both runs hold the same programs for it: the verdicts wavered, not the model
  /// Of the run that did better a sample that is right, of the other one that is wrong; none where the runs were read
  /// without programs, or none of those read is such.
  std::optional<FlipProgram> base_program, newer_program;
};

/// All shares are fractions of 1, a difference is new − base.
struct Comparison {
  RunOrigin base_run, newer_run;
  std::string dataset;
  Metric metric;
  double alpha = 0.05;
  std::optional<double> max_drop_points;
  std::uint64_t problems = 0;
  double base = 0, newer = 0, difference = 0;
  std::optional<PairedError> error;  ///< at level 1 − alpha; none for one problem
  PairedPermutation test;
  OneSidedP adjusted;  ///< Holm's, over the comparisons made together; the test's own for one alone
  ComparisonJudgement judgement;
  std::vector<Flip> broken, fixed;  ///< largest change first
  std::uint64_t same = 0;
  /// One sample a problem: the drop that McNemar's exact one-sided test finds with power 0.8 at this rate of changed
  /// problems (statistics/power.h). None where even a drop on all of them is not found so often, or with several
  /// samples.
  std::optional<double> smallest_drop;
  std::vector<FlakyProgram> flaky;    ///< same program, other verdict
  std::vector<std::string> notes;     ///< what a reader should know: problems left out, another interpreter
  std::vector<std::string> task_ids;  ///< of the problems compared
};

/// @return Errc::comparison where the two may not be compared: other data set or limits, samples without a verdict,
/// problems of the base that the new run lacks, fewer than k samples of one.
[[nodiscard]] Result<Comparison> compare(const Run& base, const Run& newer, const CompareOptions& options);

/// Adjusts p-values for being made together, and decides their verdicts anew.
void adjust_together(std::vector<Comparison>& comparisons);

/// What fails a build: `regressed` is the verdict of that name, `max_drop` a drop past the limit. One line each.
struct Gates {
  bool fail_on_regression = false;
};
[[nodiscard]] std::vector<std::string> fired_gates(const Comparison& comparison, const Gates& gates);

}  // namespace assay::reports
