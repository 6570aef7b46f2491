#pragma once
/// A comparison on a terminal, and as lines that GitHub turns into annotations.
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// The headline, what flipped, and what to know of it.
[[nodiscard]] std::string comparison_text(const std::vector<Comparison>& comparisons);

/// Workflow commands: an error for each gate that fired, warnings for broken problems, notices for fixed ones. GitHub
/// shows ten of a kind a step: then the tenth says how many more there are.
/// Source: docs.github.com, "Workflow commands for GitHub Actions".
[[nodiscard]] std::string github_annotations(const std::vector<Comparison>& comparisons, const Gates& gates);

}  // namespace assay::reports
