#pragma once
#include "sandbox/executor.h"

namespace assay::sandbox {

class Warden;

/// Runs a ProgramJob: feeds stdin, keeps stdout and stderr up to the limit, ends it on time.
[[nodiscard]] Result<Outcome> run_program(Warden& warden, const ProgramJob& job, const Limits& limits);

}  // namespace assay::sandbox
