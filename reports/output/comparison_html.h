#pragma once
/// Comparisons as one page that needs no network: tables, and where script runs a chart, filters and programs.
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// Verdicts first, then of each comparison the broken problems and the fixed ones, with a program of either run where
/// these were read with programs. Written as report_html() is.
[[nodiscard]] std::string comparison_html(const std::vector<Comparison>& comparisons, const Gates& gates);

}  // namespace assay::reports
