#pragma once
/// What `assay eval` is asked to do.
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/jail_options.h"
#include "harness/error.h"
#include "harness/evaluation/time_limits.h"
#include "harness/evaluation/work_order.h"

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
  JailOptions jail;
  std::string store;                       ///< empty: XDG's data folder
  std::string run;                         ///< empty: a hash of samples, data, limits and interpreter
  std::string output;                      ///< empty: beside the samples under EvalPlus's name
  std::string output_option = "--output";  ///< what names another place, for messages
  bool force = false;                      ///< overwrite a results file of another run
  TimeLimits limits;
  std::string data;          ///< --data: the data set's content from this file
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

}  // namespace assay::harness
