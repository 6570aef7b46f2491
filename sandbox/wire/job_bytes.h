#pragma once
#include <cstdint>
#include <string>

#include "sandbox/executor.h"

namespace assay::sandbox {

/// A CallJob as the runner reads it from its job pipe: sandbox/runner/calls.py has the format.
[[nodiscard]] std::string job_bytes(const CallJob& job);
/// A ProgramJob: sandbox/runner/program.py.
[[nodiscard]] std::string job_bytes(const ProgramJob& job);
/// A CheckJob's two sides: sandbox/runner/answer.py and check.py. `seed` is of what tests draw.
[[nodiscard]] std::string sample_job_bytes(const CheckJob& job);
[[nodiscard]] std::string checker_job_bytes(const CheckJob& job, std::uint64_t seed);
/// Both in one: sandbox/runner/shared.py.
[[nodiscard]] std::string shared_job_bytes(const CheckJob& job);

}  // namespace assay::sandbox
