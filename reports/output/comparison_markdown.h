#pragma once
/// A comparison for a pull request or a job's summary.
#include <cstddef>
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// GitHub refuses a summary above 1 MiB.
inline constexpr std::size_t most_markdown_bytes = 1'000'000;

/// Verdicts first, then broken problems, then fixed ones. What does not fit in `most_bytes` is left out, and the last
/// line says how much.
[[nodiscard]] std::string comparison_markdown(const std::vector<Comparison>& comparisons, const Gates& gates,
                                              std::size_t most_bytes = most_markdown_bytes);

}  // namespace assay::reports
