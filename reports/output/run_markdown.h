#pragma once
/// Runs for a page or a job's summary.
#include <cstddef>
#include <string>
#include <vector>

#include "reports/output/run_text.h"

namespace assay::reports {

/// Figures first, then the problems that no sample solved, then those that some did. What does not fit in `most_bytes`
/// is left out, and the last line says how much.
[[nodiscard]] std::string report_markdown(const std::vector<ReportedRun>& runs, double level,
                                          std::size_t most_bytes = 1'000'000);

}  // namespace assay::reports
