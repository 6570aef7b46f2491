#pragma once
/// Wilcoxon's signed-rank test, exact: a second opinion where all differences have different sizes.
///
/// Source: Wilcoxon 1945, Biometrics Bulletin 1:80.
#include <cstdint>
#include <optional>

#include "reports/statistics/paired_differences.h"

namespace assay::reports {

struct SignedRank {
  std::int64_t w_plus = 0, w_minus = 0;  ///< sums of the ranks of positive and negative differences
  double p_two_sided = 1;                ///< min(1, twice the smaller of the others)
  double p_regressed = 1;                ///< P(W ≤ W⁺)
  double p_improved = 1;                 ///< P(W ≥ W⁺)
};

/// None where some difference is 0 or two have the same size.
[[nodiscard]] std::optional<SignedRank> signed_rank(const PairedDifferences& differences);

}  // namespace assay::reports
