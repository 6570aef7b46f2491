#pragma once
/// Runs on a terminal.
#include <string>
#include <vector>

#include "reports/results/run_summary.h"
#include "reports/runs/problem_text.h"
#include "reports/runs/run.h"

namespace assay::reports {

/// A run beside what was read off it.
struct ReportedRun {
  Run run;
  RunSummary summary;
  ProblemTexts texts = {};  ///< shown where there is room for them
};

/// A block a run; with several, a table of them first.
[[nodiscard]] std::string report_text(const std::vector<ReportedRun>& runs, double level);

/// "164 problems × 10 samples"
[[nodiscard]] std::string size_text(const RunSummary& summary);
/// "wrong_answer 23, exception 4", most frequent first.
[[nodiscard]] std::string causes_text(const SetTally& tally);
/// "3 samples tried something hostile (outside_view 2, forged_type 1)"
[[nodiscard]] std::string attempts_text(const AttemptTally& tally);
/// What an interval was made by, for readers.
[[nodiscard]] std::string methods_text(const RunSummary& summary, double level);

}  // namespace assay::reports
