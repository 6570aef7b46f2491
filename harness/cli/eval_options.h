#pragma once
/// What `assay eval` is asked to do.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/error.h"
#include "harness/evaluation/time_limits.h"
#include "harness/evaluation/work_order.h"
#include "sandbox/executor.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct EvalOptions {
  std::string dataset;  ///< --dataset: a name of the registry, or a file
  std::string samples;  ///< --samples: a .jsonl file or a folder
  bool base_only = false;
  bool mini = false;
  bool noextreme = false;
  bool test_details = false;
  bool allow_missing = false;
  bool offline = false;
  WorkOrder order = WorkOrder::longest_first;
  std::size_t parallel = 0;  ///< slots; 0: see slots_of()
  std::string store;         ///< empty: XDG's data folder
  std::string run;           ///< empty: a hash of samples, data, limits and interpreter
  std::string output;        ///< empty: beside the samples under EvalPlus's name
  bool force = false;        ///< overwrite a results file of another run
  TimeLimits limits;
  std::uint64_t memory_bytes = sandbox::Limits{}.memory_bytes;  ///< --memory-limit: a sample's
  std::string data;                                             ///< --data: the data set's content from this file
  std::string python;
  std::string require_tier;
  std::vector<unsigned> ks;  ///< --k; empty: those of EvalPlus
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  enum class Report { printed, none } report = Report::printed;  ///< at the end, on standard output
};

/// What decides verdicts, and where they go: of every command that judges whole sets of samples.
void add_judging(CLI::App& command, EvalOptions& options);
/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_eval(CLI::App& app, EvalOptions& options);

/// The slots to use: as asked for, else one a core that this process may use.
[[nodiscard]] std::size_t slots_of(const EvalOptions& options);

}  // namespace assay::harness
