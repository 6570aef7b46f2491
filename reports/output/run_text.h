#pragma once
/// Runs on a terminal.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/output/printable.h"
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
/// How a word that a run holds is written; printable() on a terminal.
using Shown = std::function<std::string(std::string_view)>;
/// "wrong_answer 23, exception 4", most frequent first.
[[nodiscard]] std::string causes_text(const SetTally& tally, const Shown& shown = printable);
/// "3 samples tried something hostile (outside_view 2, forged_type 1)"
[[nodiscard]] std::string attempts_text(const AttemptTally& tally, const Shown& shown = printable);
/// pass@1 of a curve with its interval, "-" where it is not in it.
[[nodiscard]] std::string pass_at_1_text(const std::vector<Estimate>& curve);
/// Why there is no pass@k: "no sample is judged yet".
[[nodiscard]] std::string no_estimate_text(const RunSummary& summary);
/// "base: pass@10 is left out: it needs 10 judged samples of each problem, and the fewest are 5"; a line for each k
/// that was asked for in vain.
[[nodiscard]] std::vector<std::string> too_large_texts(const ReportedRun& reported);
/// What an interval was made by, for readers.
[[nodiscard]] std::string methods_text(const RunSummary& summary, double level);

}  // namespace assay::reports
