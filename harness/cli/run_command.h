#pragma once
/// `assay run`: samples drawn from a model and judged at the same time.
#include "harness/cli/eval_options.h"
#include "harness/cli/generate_command.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct RunOptions {
  GenerateOptions generate;
  EvalOptions eval;  ///< what both have is taken from `generate`
};

/// What the evaluation of a run is asked for: its own options, and those that both halves have.
[[nodiscard]] EvalOptions eval_options(const RunOptions& options);
/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_run(CLI::App& app, RunOptions& options);
/// The process's exit code.
[[nodiscard]] int run_run(const RunOptions& options);

}  // namespace assay::harness
