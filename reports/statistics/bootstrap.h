#pragma once
/// The bootstrap over problems: what the mean score could have been with other problems of the same kind. A resample
/// draws as many problems as there are, with replacement; its statistic is their mean.
///
/// Deterministic: the same scores, draws and seed give the same numbers on every machine.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reports/statistics/interval.h"

namespace assay::reports {

class Bootstrap {
 public:
  /// `scores`: one a problem, at least one.
  Bootstrap(std::span<const double> scores, std::size_t draws, std::uint64_t seed);

  [[nodiscard]] double mean() const;  ///< of the resampled means
  [[nodiscard]] double sd() const;
  /// The (1 ∓ level)/2 quantiles of the resampled means.
  [[nodiscard]] Interval percentile(double level) const;

  /// Bias-corrected and accelerated: the quantiles at Φ(z0 + (z0 + z)/(1 − a(z0 + z))), z = ∓Φ⁻¹((1 + level)/2).
  /// Source: Efron 1987, JASA 82:171. None where all scores are equal, or the formula has no value.
  [[nodiscard]] std::optional<Interval> bca(double level) const;
  /// Φ⁻¹(P(mean* < x̄) + ½ P(mean* = x̄)).
  [[nodiscard]] double z0() const;
  /// Σ(x̄₍.₎ − x̄₍ᵢ₎)³ / 6 (Σ(x̄₍.₎ − x̄₍ᵢ₎)²)^1.5 over the leave-one-out means; none where all scores are equal.
  [[nodiscard]] std::optional<double> acceleration() const;

 private:
  [[nodiscard]] double quantile(double p) const;

  std::vector<double> scores_;
  std::vector<double> means_;  ///< sorted
};

}  // namespace assay::reports
