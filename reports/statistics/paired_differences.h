#pragma once
/// The differences of two runs' scores, problem by problem: what every paired statistic starts from.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reports/pass_at_k.h"
#include "reports/statistics/interval.h"

namespace assay::reports {

/// new − base by problem. Where all are multiples of one fraction they are kept as whole numbers too, so that no
/// rounding decides whether two of them, or a sum and a limit, are equal.
struct PairedDifferences {
  std::vector<double> values;
  std::vector<std::int64_t> multiples;  ///< values[i] = multiples[i] / denominator; empty where it grows too large
  std::int64_t denominator = 1;
  double mean = 0;
  std::uint64_t improved = 0, regressed = 0, same = 0;  ///< problems with a difference above, below, of 0
};

/// The scores are pass@k; base[i] and newer[i] are of the same problem. None where some problem has fewer than k
/// samples, or there is none.
[[nodiscard]] std::optional<PairedDifferences> paired_differences(std::span<const SampleCounts> base,
                                                                  std::span<const SampleCounts> newer, std::uint64_t k);

/// What is read off the differences by the normal theory. Source: Miller 2024, arXiv 2411.00640, section 4.
struct PairedError {
  double se = 0;          ///< √(Σ(dᵢ − d̄)² / (N−1) / N)
  Interval interval;      ///< d̄ ± t·se, N−1 degrees of freedom, not cut
  double detectable = 0;  ///< (Φ⁻¹((1 + level)/2) + Φ⁻¹(0.8))·se: the difference found with power 0.8, two-sided
  std::optional<double> t, p_t;  ///< d̄/se and its two-sided p; none for se = 0
};

/// None for one problem.
[[nodiscard]] std::optional<PairedError> paired_error(const PairedDifferences& differences, double level);

}  // namespace assay::reports
