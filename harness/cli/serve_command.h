#pragma once
/// `assay serve`: the reward service.
#include <cstddef>
#include <string>
#include <vector>

#include "harness/cli/jail_options.h"
#include "harness/service/service.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct ServeOptions {
  ServiceSettings service;
  JailOptions jail;
  std::vector<std::string> datasets;  ///< --dataset, any number
  std::string token_file;
  bool insecure = false;
  bool offline = false;
  std::string store;               ///< of expected results
  double grace_seconds = 30;       ///< --grace: for what is in work when it is asked to end
  double drain_delay_seconds = 0;  ///< --drain-delay: from then until it takes no more requests
  double hold_seconds = 15;
  std::size_t body_mib = 32, memory_mib = 256;
  std::string log_level = "info";
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_serve(CLI::App& app, ServeOptions& options);
/// Serves until SIGTERM or SIGINT. The process's exit code: 0 once all that was in work is answered.
[[nodiscard]] int run_serve(const ServeOptions& options);

}  // namespace assay::harness
