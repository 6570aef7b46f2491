#pragma once
/// pass@k: the chance that at least one of k samples of a problem is right, estimated without bias from n ≥ k of them.
#include <cstdint>
#include <optional>
#include <span>

namespace assay::reports {

/// 1 − C(n−c, k) / C(n, k), as a product of factors below 1, so that no binomial overflows. c ≤ n, k ≥ 1.
/// Not defined for k > n: NaN. Source: Chen et al. 2021, arXiv 2107.03374, equation 1 and figure 3.
[[nodiscard]] double pass_at_k(std::uint64_t n, std::uint64_t c, std::uint64_t k);

/// One problem's samples.
struct SampleCounts {
  std::uint64_t samples = 0, correct = 0;
};

/// The mean over problems, each weighed alike; none where one of them has fewer than k samples, or there is none.
[[nodiscard]] std::optional<double> mean_pass_at_k(std::span<const SampleCounts> problems, std::uint64_t k);

}  // namespace assay::reports
