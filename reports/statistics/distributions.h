#pragma once
/// The distributions that the statistics stand on, by Boost.Math: the one place that includes its slow headers.
#include <cstdint>

namespace assay::reports {

[[nodiscard]] double normal_cdf(double x);       ///< Φ
[[nodiscard]] double normal_quantile(double p);  ///< Φ⁻¹, 0 < p < 1
/// Of Student's t. `degrees` ≥ 1.
[[nodiscard]] double student_quantile(double p, double degrees);
[[nodiscard]] double student_two_sided_p(double t, double degrees);
[[nodiscard]] double beta_quantile(double p, double a, double b);
/// P(X = x) and P(X ≥ x) for X ~ Bin(n, p); small ones keep their relative accuracy. 0 ≤ p ≤ 1.
[[nodiscard]] double binomial_probability(std::uint64_t n, double p, std::uint64_t x);
[[nodiscard]] double binomial_upper_tail(std::uint64_t n, double p, std::uint64_t x);

/// The z of a two-sided interval: Φ⁻¹((1 + level)/2).
[[nodiscard]] double two_sided_z(double level);

}  // namespace assay::reports
