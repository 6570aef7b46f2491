#pragma once
/// What the kernel says of a sample's process, to who looks from outside while it runs.
#include <map>
#include <optional>
#include <string>

#include "sandbox/executor.h"

namespace assay::harness {

struct SeenSample {
  std::map<std::string, std::string> status;  ///< of /proc/PID/status: "NoNewPrivs" -> "1"
  std::string interfaces;                     ///< of its network, blanks between them
  bool unix_sockets_apart = false;            ///< the socket that is asked for is not in its network
};

/// Runs `program`, in which NAME stands for a name that it gives its thread, finds it by that and looks. None where it
/// could not be found. `socket`: the name of an abstract socket of the machine.
[[nodiscard]] std::optional<SeenSample> look_at_sample(sandbox::Executor& executor, const std::string& program,
                                                       const std::string& socket);

}  // namespace assay::harness
