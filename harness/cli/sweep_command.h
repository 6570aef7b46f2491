#pragma once
/// `assay sweep`: a run at each of several temperatures, and what changes with it.
#include <string>
#include <vector>

#include "harness/cli/run_command.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct SweepOptions {
  RunOptions run;  ///< of every temperature; its files and names are made here
  std::vector<double> temperatures;
  std::string folder = "sweep";
  std::string run_prefix;                     ///< empty: each run is named by all that decides it
  std::vector<std::uint64_t> ks{1, 2, 3, 4};  ///< of AR-ness
  std::string html;                           ///< a file; empty: none
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_sweep(CLI::App& app, SweepOptions& options);
/// The process's exit code: of the last temperature that failed, was interrupted, or lacks samples.
[[nodiscard]] int run_sweep(const SweepOptions& options);

}  // namespace assay::harness
