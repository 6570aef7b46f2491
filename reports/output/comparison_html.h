#pragma once
/// Comparisons as one page that needs no network and no script.
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// Verdicts first, then all broken problems, then the fixed ones; written as report_html() is.
[[nodiscard]] std::string comparison_html(const std::vector<Comparison>& comparisons, const Gates& gates);

}  // namespace assay::reports
