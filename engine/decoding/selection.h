#pragma once
/// Which of the candidates a step fills.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::engine {

/// Indices, ascending, of the `count` largest; of equals the first. NaN is the smallest.
[[nodiscard]] std::vector<std::size_t> most_confident(std::span<const float> confidence, std::int64_t count);

/// Indices, ascending, of all that are at least `threshold`; the largest in any case, where there is one.
[[nodiscard]] std::vector<std::size_t> confident_enough(std::span<const float> confidence, double threshold);

/// Indices, ascending, of `count` drawn without replacement, each time with probabilities softmax(confidence /
/// temperature) of what is left. One uniform number in (0, 1) a candidate decides: the largest of confidence /
/// temperature + Gumbel noise are such a draw (Kool et al., arXiv 1903.06059).
[[nodiscard]] std::vector<std::size_t> drawn(std::span<const float> confidence, std::int64_t count, double temperature,
                                             std::span<const double> uniform);

}  // namespace assay::engine
