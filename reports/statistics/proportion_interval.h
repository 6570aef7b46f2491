#pragma once
/// Intervals of a share: `successes` of `n` problems, one sample each. With several samples a problem these are too
/// narrow, as samples of one problem resemble one another: statistics/pass_at_k_error.h, statistics/bootstrap.h.
///
/// With p = x/n, z = Φ⁻¹((1 + level)/2), a = (1 − level)/2. All are none for n = 0.
#include <cstdint>
#include <optional>

#include "reports/statistics/interval.h"

namespace assay::reports {

/// (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), without continuity correction; exactly 0 at x = 0 and 1 at x = n.
/// Source: Wilson 1927, JASA 22:209.
[[nodiscard]] std::optional<Interval> wilson(std::uint64_t successes, std::uint64_t n, double level);

/// The a quantile of Beta(x, n−x+1) and the 1−a quantile of Beta(x+1, n−x): never narrower than it says.
/// Source: Clopper and Pearson 1934, Biometrika 26:404.
[[nodiscard]] std::optional<Interval> clopper_pearson(std::uint64_t successes, std::uint64_t n, double level);

enum class JeffreysEnds {
  modified,  ///< low = 0 at x = 0, high = 1 at x = n
  as_drawn,
};
/// The a and 1−a quantiles of Beta(x+½, n−x+½). Source: Brown, Cai, DasGupta 2001, Statistical Science 16:101.
[[nodiscard]] std::optional<Interval> jeffreys(std::uint64_t successes, std::uint64_t n, double level,
                                               JeffreysEnds ends = JeffreysEnds::modified);

}  // namespace assay::reports
