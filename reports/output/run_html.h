#pragma once
/// Runs as one page that needs no network and no script.
#include <string>
#include <vector>

#include "reports/output/run_text.h"

namespace assay::reports {

/// Figures of each run, then a row a problem. Names and ids are hostile: they are escaped, and the page's own content
/// security policy forbids all but its one style sheet.
[[nodiscard]] std::string report_html(const std::vector<ReportedRun>& runs, double level);

}  // namespace assay::reports
