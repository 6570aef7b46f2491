#pragma once
/// Two runs with one sample a problem: do more problems break than mend? Only those count whose verdict changed.
#include <cstdint>

namespace assay::reports {

/// b problems passed before and fail now (broken), c the reverse (fixed). X ~ Bin(b + c, ½); all are 1 for b = c = 0.
/// Source: McNemar 1947, Psychometrika 12:153, by its exact distribution.
struct McNemar {
  double exact = 1;  ///< two-sided: min(1, 2 P(X ≥ max(b, c)))
  double mid_p = 1;  ///< exact − P(X = b), or 1 − ½ P(X = b) for b = c > 0. Source: Fagerland 2013, BMC MRM 13:91
  double p_regressed = 1;  ///< P(X ≥ b)
  double p_improved = 1;   ///< P(X ≥ c)
};

[[nodiscard]] McNemar mcnemar(std::uint64_t broken, std::uint64_t fixed);

}  // namespace assay::reports
