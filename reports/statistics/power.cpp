#include "reports/statistics/power.h"

#include <cmath>

#include "reports/statistics/comparison_verdict.h"
#include "reports/statistics/distributions.h"

namespace assay::reports {

McNemarPower::McNemarPower(const Design& design) : design_(design) {
  constexpr double negligible = 1e-25;
  std::uint64_t least = 0;
  for (std::uint64_t m = 0; m <= design.problems; ++m) {
    // The least b grows with m, by 0 or 1 at a time; for m too small to reject it is m + 1.
    while (least <= m && !below(design.sides * binomial_upper_tail(m, 0.5, least), design.alpha)) ++least;
    const double probability = binomial_probability(design.problems, design.discordance, m);
    if (least <= m && probability > negligible) rows_.push_back({m, probability, least});
  }
}

double McNemarPower::at(double difference) const {
  const double way = (design_.discordance + difference) / (2 * design_.discordance);
  double power = 0;
  for (const Discordant& row : rows_) {
    double rejects = binomial_upper_tail(row.count, way, row.least);
    if (design_.sides == 2) rejects += binomial_upper_tail(row.count, 1 - way, row.least);
    power += row.probability * rejects;
  }
  return power;
}

std::optional<double> McNemarPower::smallest(double power) const {
  double low = 0, high = design_.discordance;
  if (at(high) < power) return std::nullopt;
  constexpr int halvings = 60;
  for (int i = 0; i < halvings && high - low > 1e-15; ++i) {
    const double middle = (low + high) / 2;
    (at(middle) < power ? low : high) = middle;
  }
  return high;
}

}  // namespace assay::reports
