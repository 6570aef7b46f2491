#pragma once
/// `assay compare`: is the new run better or worse than the base, and may the build pass?
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::harness {

struct CompareOptions {
  std::vector<std::string> runs;  ///< base and new, perhaps several times
  std::string store;
  std::string metric;  ///< empty: plus.pass@1, or base.pass@1 where there are no plus tests
  double alpha = 0.05;
  std::optional<double> max_drop;
  bool fail_on_regression = false;
  bool json = false, markdown = false, annotations = false;
  std::string junit, ctrf, html;  ///< files; empty: none
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_compare(CLI::App& app, CompareOptions& options);
/// The process's exit code: 1 where a gate fired.
[[nodiscard]] int run_compare(const CompareOptions& options);

}  // namespace assay::harness
