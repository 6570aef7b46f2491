#pragma once
/// `assay completion`: scripts that make a shell complete the command's words.
#include <string>

namespace CLI {
class App;
}

namespace assay::harness {

struct CompletionOptions {
  const CLI::App* whole = nullptr;  ///< all that is completed
  std::string shell;                ///< bash or zsh
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_completion(CLI::App& app, CompletionOptions& options);
/// The process's exit code.
[[nodiscard]] int run_completion(const CompletionOptions& options);

}  // namespace assay::harness
