#pragma once
/// `assay runs`: what the store keeps.
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::harness {

struct RunsOptions {
  enum class Action { none, list, show, rm, export_run, import_run };
  Action action = Action::none;
  std::string store;
  std::vector<std::string> names;  ///< of show, export: one; of rm: one or more; of import: the file
  std::string output;              ///< of export; empty or "-": standard output
  std::string rename;              ///< of import; empty: the name in the file
  bool json = false;
};

/// Adds the subcommand and its own; parsing fills `options`, which must outlive `app`.
CLI::App* add_runs(CLI::App& app, RunsOptions& options);
/// The process's exit code.
[[nodiscard]] int run_runs(const RunsOptions& options);

}  // namespace assay::harness
