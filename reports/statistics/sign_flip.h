#pragma once
/// The paired sign-flip permutation test: if the two runs were alike, each problem's difference could as well have had
/// the other sign. With one sample a problem it is McNemar's exact test.
///
/// Source: Fisher 1935, The design of experiments, section 21.
#include <cstdint>
#include <span>

#include "reports/statistics/paired_differences.h"

namespace assay::reports {

/// Shares of all 2ᴺ sign patterns, the observed one among them.
struct SignFlip {
  double p_two_sided = 1;  ///< |Σ| ≥ |Σd|
  double p_regressed = 1;  ///< Σ ≤ Σd
  double p_improved = 1;   ///< Σ ≥ Σd
  bool exact = true;       ///< false: from random patterns, within 5 √(p(1−p)/patterns) + 1/patterns
};

/// Exact at every number of problems where the differences are multiples of one fraction and their sizes add up to no
/// more than a few million of it: the distribution of the sum is built up problem by problem. Else from random
/// patterns, always the same ones.
[[nodiscard]] SignFlip sign_flip(const PairedDifferences& differences);

/// The same for whole weights, each taken with the sign that `positive` sums up: Σ = positive − (all − positive).
/// Weights are not negative; their sum is at most `most_lattice`.
inline constexpr std::int64_t most_lattice = 4'000'000;
[[nodiscard]] SignFlip sign_flip_of_weights(std::span<const std::int64_t> weights, std::int64_t positive);

/// From `patterns` random sign patterns and the observed one.
[[nodiscard]] SignFlip sampled_sign_flip(std::span<const double> differences, std::uint64_t patterns,
                                         std::uint64_t seed);

}  // namespace assay::reports
