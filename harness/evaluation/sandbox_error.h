#pragma once
/// The sandbox's own failures in the harness's words.
#include "harness/error.h"
#include "sandbox/error.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// A cancelled job is Errc::interrupted; every other failure of the sandbox is Errc::sandbox.
[[nodiscard]] Error of_sandbox(const sandbox::Error& error);

/// What `memory_contended` says of a sample or a checker, which can't have that done to itself.
[[nodiscard]] sandbox::Error killed_from_outside();

/// Whether a job used so much memory that a kernel which is short of it would take its process: such a kernel takes
/// what is large, and what is small somebody killed.
[[nodiscard]] bool is_large(const sandbox::Outcome& outcome);

}  // namespace assay::harness
