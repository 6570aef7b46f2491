#pragma once
#include <string>

#include "sandbox/executor.h"

namespace assay::sandbox {

/// A CallJob as the runner reads it from its job pipe: sandbox/runner/calls.py has the format.
[[nodiscard]] std::string job_bytes(const CallJob& job);
/// A ProgramJob: sandbox/runner/program.py.
[[nodiscard]] std::string job_bytes(const ProgramJob& job);

}  // namespace assay::sandbox
