#pragma once
/// `assay sanitize`: the programs in models' answers.
#include <string>

#include "harness/cli/jail_options.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct SanitizeOptions {
  std::string samples;  ///< a .jsonl file or a folder; "-": standard input
  std::string out;      ///< empty: beside the samples, with "-sanitized" in its name; "-": standard output
  bool force = false;   ///< replace what is at `out`, which is never the samples themselves
  std::string dataset;  ///< for the entry points; empty: those of HumanEval+ and MBPP+ together
  bool offline = false;
  JailOptions jail;
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_sanitize(CLI::App& app, SanitizeOptions& options);
/// The process's exit code.
[[nodiscard]] int run_sanitize(const SanitizeOptions& options);

}  // namespace assay::harness
