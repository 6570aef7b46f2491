#pragma once
/// Better, worse, or not known: the rule by which a gate acts.
#include <optional>
#include <string_view>

#include "reports/statistics/interval.h"
#include "reports/statistics/paired_differences.h"

namespace assay::reports {

enum class ComparisonVerdict { regressed, improved, unchanged, inconclusive };
[[nodiscard]] std::string_view name(ComparisonVerdict verdict);

struct ComparisonJudgement {
  /// Of the difference, level 1 − 2·alpha, with one problem won and one lost added to the N: N' = N + 2, m = Σd / N',
  /// v = (Σd² + 2)/N' − m², m ± Φ⁻¹(1 − alpha) √(v/N'). Never of width 0, so three equal problems are no proof.
  /// Source: Bonett and Price 2012, J. of Educational and Behavioral Statistics 37:479, for scores of 0 and 1.
  Interval interval;
  /// The drop is past the limit: 100 · difference < −max_drop_points, strictly. Not that it is real.
  bool max_drop_fires = false;
  bool noninferior = false;  ///< interval.low > −max_drop_points/100; false without a limit
  /// The first that holds: regressed, p_regressed < alpha and a drop; improved, the mirror image; unchanged, the
  /// interval lies within ±max_drop_points/100, ends included (two one-sided tests, Schuirmann 1987, J. of
  /// Pharmacokinetics and Biopharmaceutics 15:657); else inconclusive.
  ComparisonVerdict verdict = ComparisonVerdict::inconclusive;
};

/// What the verdict is reached by. p-values may have been adjusted for several comparisons (statistics/holm.h).
struct OneSidedP {
  double regressed = 1, improved = 1;
};

[[nodiscard]] ComparisonJudgement judge_comparison(const PairedDifferences& differences, const OneSidedP& p,
                                                   double alpha, std::optional<double> max_drop_points);

/// The verdict alone, for an interval that is known.
[[nodiscard]] ComparisonVerdict decide_verdict(double difference, const OneSidedP& p, double alpha,
                                               const Interval& interval, std::optional<double> max_drop_points);

/// p < alpha, so that rounding decides nothing: p < alpha · (1 − 1e-12).
[[nodiscard]] bool below(double p, double alpha);

}  // namespace assay::reports
