#pragma once
/// `assay exec`: one program in the jail, its output and its outcome.
#include <string>

#include "harness/cli/jail_options.h"
#include "harness/error.h"
#include "sandbox/executor.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct ExecOptions {
  std::string program;  ///< a file, or "-"
  std::string input;    ///< --stdin: a file, "-", or empty for none
  JailOptions jail;
  double seconds = 10;  ///< --time
  bool json = false;
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_exec(CLI::App& app, ExecOptions& options);
/// The process's exit code: 0 once an outcome is known, whatever it is.
[[nodiscard]] int run_exec(const ExecOptions& options);

/// The object that `exec --json` prints; its keys are in docs/json-output.md.
[[nodiscard]] std::string exec_json(const sandbox::Outcome& outcome);

}  // namespace assay::harness
