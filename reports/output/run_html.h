#pragma once
/// Runs as one page that needs no network: tables, and where script runs charts, filters, and every sample's program.
#include <string>
#include <vector>

#include "reports/output/problems_data.h"
#include "reports/output/run_text.h"

namespace assay::reports {

/// Figures of each run, then a row a problem. All texts are hostile: html_page.h says what keeps them harmless.
/// `bounds` hold for all runs together.
[[nodiscard]] std::string report_html(const std::vector<ReportedRun>& runs, double level,
                                      const PageBounds& bounds = {});

}  // namespace assay::reports
