#pragma once
/// Several comparisons at once: p-values that keep the chance of any false alarm among them below alpha.
#include <span>
#include <vector>

namespace assay::reports {

/// In the order given. Sorted, p₍ⱼ₎ → max over i ≤ j of min(1, (m − i + 1) p₍ᵢ₎); ties get equal values.
/// Source: Holm 1979, Scandinavian J. of Statistics 6:65.
[[nodiscard]] std::vector<double> holm(std::span<const double> p);

}  // namespace assay::reports
