#pragma once
/// `assay datasets`: what data sets there are, where they lie, and whether they are what they should be.
#include <string>

namespace CLI {
class App;
}

namespace assay::harness {

struct DatasetsOptions {
  enum class Action { none, list, fetch, verify, path };
  Action action = Action::none;
  std::string name;  ///< empty: all (list, fetch, verify)
  bool offline = false;
  bool json = false;
};

/// Adds the subcommand and its own; parsing fills `options`, which must outlive `app`.
CLI::App* add_datasets(CLI::App& app, DatasetsOptions& options);
/// The process's exit code.
[[nodiscard]] int run_datasets(const DatasetsOptions& options);

}  // namespace assay::harness
