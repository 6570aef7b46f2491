#pragma once
/// From what a user calls a run to the run.
#include <string>

#include "reports/error.h"
#include "reports/runs/read_options.h"
#include "reports/runs/run.h"

namespace assay::reports {

/// `wanted` is a file (EvalPlus's results, or a run that was exported), a folder with an eval_results.json, or a run of
/// the store: its name, id, or a beginning of its name. Several with commas between them, where the whole is no run's
/// name, are pooled: seeds or temperatures of one data set under one set of limits. The same run twice is refused: its
/// samples would count twice.
[[nodiscard]] Result<Run> open_run(const std::string& wanted, const std::string& store, const ReadOptions& options);

/// Why verdicts of the two may not be put side by side, or an empty text: other data set, other limits. Data sets are
/// told apart by the digests that both know, else by their names. What a side does not know is no reason.
[[nodiscard]] std::string why_not_alike(const Run& a, const Run& b);

/// Whether both are the same run, wherever it was read from: its name, its samples and, where both sources say it, its
/// time; a results file does not, and there verdicts decide.
[[nodiscard]] bool is_same_run(const Run& a, const Run& b);

}  // namespace assay::reports
