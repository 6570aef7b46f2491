#pragma once
/// How autoregressive a decoding was. o₁ … o_L are the positions of one sample in the order they were filled.
///
/// Source: DiffuCoder, arXiv 2506.20639, section 4 and appendix A.2, which leave the order within a step open:
/// ascending here (fill_order() in reports/decoding/trace.h).
#include <cstdint>
#include <optional>
#include <span>

namespace assay::reports {

/// The share of all L fills t for which the set of the k positions filled just before is {oₜ − 1, …, oₜ − k}. Fills
/// without k predecessors are misses, so that strictly left-to-right gives (L − k)/L. None for L = 0. Appendix A.2.
[[nodiscard]] std::optional<double> local_ar_ness(std::span<const std::int64_t> order, std::uint64_t k);

/// The share of the L − k windows of k + 1 fills in which each is one to the right of the one before: strictly
/// left-to-right gives 1, and k = 1 is the rate of next-token prediction. None for L ≤ k. Figure 3's caption.
[[nodiscard]] std::optional<double> local_run_ar_ness(std::span<const std::int64_t> order, std::uint64_t k);

/// The share of fills whose position is among the k leftmost of those still unfilled. None for L = 0.
[[nodiscard]] std::optional<double> global_ar_ness(std::span<const std::int64_t> order, std::uint64_t k);

}  // namespace assay::reports
