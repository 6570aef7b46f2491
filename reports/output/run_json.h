#pragma once
/// Runs for programs and spreadsheets.
#include <string>
#include <vector>

#include "reports/output/run_text.h"

namespace assay::reports {

/// {"level": …, "runs": [{…}]}: docs/json-output.md, `assay report --json`. One line.
[[nodiscard]] std::string report_json(const std::vector<ReportedRun>& runs, double level);
/// A row a problem of each run, after a row of names.
[[nodiscard]] std::string report_csv(const std::vector<ReportedRun>& runs);

}  // namespace assay::reports
