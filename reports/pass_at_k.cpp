#include "reports/pass_at_k.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay::reports {

double pass_at_k(std::uint64_t n, std::uint64_t c, std::uint64_t k) {
  if (k > n || c > n) return std::numeric_limits<double>::quiet_NaN();
  if (c == 0 || k == 0) return 0;
  if (n - c < k) return 1;
  // C(n−c, k) / C(n, k) is symmetric in c and k: the shorter product has the smaller error. In logarithms, as
  // 1 − product would lose the digits of a small result.
  const auto [few, many] = std::minmax(c, k);
  double log_none = 0;
  for (std::uint64_t i = n - few + 1; i <= n; ++i)
    log_none += std::log1p(-static_cast<double>(many) / static_cast<double>(i));
  return -std::expm1(log_none);
}

std::optional<double> mean_pass_at_k(std::span<const SampleCounts> problems, std::uint64_t k) {
  if (problems.empty()) return std::nullopt;
  double sum = 0;
  for (const SampleCounts& problem : problems) {
    if (problem.samples < k) return std::nullopt;
    sum += pass_at_k(problem.samples, problem.correct, k);
  }
  return sum / static_cast<double>(problems.size());
}

}  // namespace assay::reports
