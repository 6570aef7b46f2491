#pragma once
/// One model's samples, drawn and judged at the same time, as `assay run` and `assay sweep` make them.
#include <vector>

#include "harness/cli/eval_run.h"
#include "harness/cli/generate_command.h"
#include "harness/generation/provider.h"

namespace assay::harness {

/// Draws what is missing, judges each sample as it is written, and then the rest; keeps decode traces where
/// `options.traces` names their file. `run` is not open yet. Says on standard error what failed.
/// @return the process's exit code
[[nodiscard]] int make_drawn_run(const GenerateOptions& options, EvalRun& run, Provider& provider,
                                 const std::vector<Draw>& draws);

}  // namespace assay::harness
