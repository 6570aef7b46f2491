#pragma once
/// `assay model`: looks into a model folder.
#include "harness/cli/inspect_command.h"
#include "harness/cli/tokenize_command.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct ModelOptions {
  int (*run)(const ModelOptions&) = nullptr;  ///< of the subcommand that was named
  TokenizeOptions tokenize;
  InspectOptions inspect;
};

/// Adds the subcommand and its own; parsing fills `options`, which must outlive `app`.
CLI::App* add_model(CLI::App& app, ModelOptions& options);
/// The process's exit code.
[[nodiscard]] int run_model(const ModelOptions& options);

}  // namespace assay::harness
