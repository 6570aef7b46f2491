#include "reports/statistics/proportion_interval.h"

#include <cmath>

#include "reports/statistics/distributions.h"

namespace assay::reports {

std::optional<Interval> wilson(std::uint64_t successes, std::uint64_t n, double level) {
  if (n == 0) return std::nullopt;
  const double size = static_cast<double>(n), p = static_cast<double>(successes) / size, z = two_sided_z(level);
  const double centre = p + z * z / (2 * size), scale = 1 + z * z / size;
  const double reach = z * std::sqrt(p * (1 - p) / size + z * z / (4 * size * size));
  return Interval{successes == 0 ? 0 : (centre - reach) / scale, successes == n ? 1 : (centre + reach) / scale};
}

std::optional<Interval> clopper_pearson(std::uint64_t successes, std::uint64_t n, double level) {
  if (n == 0) return std::nullopt;
  const double x = static_cast<double>(successes), rest = static_cast<double>(n - successes), a = (1 - level) / 2;
  return Interval{successes == 0 ? 0 : beta_quantile(a, x, rest + 1),
                  successes == n ? 1 : beta_quantile(1 - a, x + 1, rest)};
}

std::optional<Interval> jeffreys(std::uint64_t successes, std::uint64_t n, double level, JeffreysEnds ends) {
  if (n == 0) return std::nullopt;
  const double x = static_cast<double>(successes) + 0.5, rest = static_cast<double>(n - successes) + 0.5;
  const double a = (1 - level) / 2;
  const bool cut = ends == JeffreysEnds::modified;
  return Interval{cut && successes == 0 ? 0 : beta_quantile(a, x, rest),
                  cut && successes == n ? 1 : beta_quantile(1 - a, x, rest)};
}

}  // namespace assay::reports
