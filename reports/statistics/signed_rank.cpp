#include "reports/statistics/signed_rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "reports/statistics/sign_flip.h"

namespace assay::reports {

std::optional<SignedRank> signed_rank(const PairedDifferences& differences) {
  std::vector<double> values = differences.values;
  const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
  const auto as_large = [](double a, double b) { return std::abs(a) == std::abs(b); };
  std::sort(values.begin(), values.end(), smaller);
  if (values.empty() || values.front() == 0 ||
      std::adjacent_find(values.begin(), values.end(), as_large) != values.end())
    return std::nullopt;
  std::vector<std::int64_t> ranks(values.size());
  std::iota(ranks.begin(), ranks.end(), 1);
  SignedRank test;
  for (std::size_t i = 0; i < values.size(); ++i) (values[i] > 0 ? test.w_plus : test.w_minus) += ranks[i];
  if (test.w_plus + test.w_minus > most_lattice) return std::nullopt;
  const SignFlip flip = sign_flip_of_weights(ranks, test.w_plus);  // the same distribution, over ranks
  test.p_regressed = flip.p_regressed;
  test.p_improved = flip.p_improved;
  test.p_two_sided = std::min(1.0, 2 * std::min(flip.p_regressed, flip.p_improved));
  return test;
}

}  // namespace assay::reports
