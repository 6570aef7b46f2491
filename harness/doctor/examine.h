#pragma once
/// What `assay doctor` finds out: which layers of the jail hold here, each tried for real.
#include <optional>
#include <string>
#include <vector>

#include "harness/doctor/probes.h"
#include "sandbox/executor.h"

namespace assay::harness {

struct LayerFinding {
  std::string name;
  bool active = false;   ///< it was set up, and its probe was stopped
  std::string evidence;  ///< what the probe saw; where the layer was not set up, or not tried, why
  std::string enable;    ///< what to do; empty where it is active
};

struct Diagnosis {
  std::string tier;                     ///< of the layers that held; "none" where nothing runs
  std::optional<sandbox::Error> error;  ///< why nothing runs
  std::vector<LayerFinding> layers;
  std::string python;       ///< the interpreter's path
  std::string interpreter;  ///< "CPython 3.11.2, NumPy 1.24.4"; empty where nothing runs
  std::string kernel;       ///< uname's release and machine
  std::size_t cpus = 0;
  std::uint64_t memory_bytes = 0;
  bool engine = false;            ///< this build has one
  std::vector<std::string> gpus;  ///< models, as the NVIDIA driver names them
};

/// Starts an executor of its own and runs the table of probes in it. Takes about two seconds.
[[nodiscard]] Diagnosis examine(sandbox::Options options);

}  // namespace assay::harness
