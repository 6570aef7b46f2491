#pragma once
/// A comparison for programs: docs/json-output.md, `assay compare --json`.
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// One object; with several comparisons {"comparisons": […]} of such objects. One line.
[[nodiscard]] std::string comparison_json(const std::vector<Comparison>& comparisons, const Gates& gates);

}  // namespace assay::reports
