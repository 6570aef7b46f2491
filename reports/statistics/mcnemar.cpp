#include "reports/statistics/mcnemar.h"

#include <algorithm>

#include "reports/statistics/distributions.h"

namespace assay::reports {

McNemar mcnemar(std::uint64_t broken, std::uint64_t fixed) {
  const std::uint64_t changed = broken + fixed;
  if (changed == 0) return {};
  const double here = binomial_probability(changed, 0.5, broken);
  McNemar test;
  test.p_regressed = binomial_upper_tail(changed, 0.5, broken);
  test.p_improved = binomial_upper_tail(changed, 0.5, fixed);
  test.exact = std::min(1.0, 2 * std::min(test.p_regressed, test.p_improved));
  test.mid_p = broken == fixed ? 1 - here / 2 : test.exact - here;
  return test;
}

}  // namespace assay::reports
