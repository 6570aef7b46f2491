#pragma once
/// `assay eval`: samples in, pass@k out.
#include "harness/cli/eval_options.h"

namespace assay::harness {

/// The process's exit code.
[[nodiscard]] int run_eval(const EvalOptions& options);

}  // namespace assay::harness
