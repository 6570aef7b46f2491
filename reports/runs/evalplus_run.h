#pragma once
/// Runs from EvalPlus's eval_results.json, EvalPlus's own or ours.
#include <string>

#include "reports/error.h"
#include "reports/runs/read_options.h"
#include "reports/runs/run.h"

namespace assay::reports {

/// Reads it piece by piece: memory is that of the run, not of the file.
[[nodiscard]] Result<Run> read_evalplus_run(const std::string& path, const ReadOptions& options);

}  // namespace assay::reports
