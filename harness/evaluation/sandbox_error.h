#pragma once
/// The sandbox's own failures in the harness's words.
#include "harness/error.h"
#include "sandbox/error.h"

namespace assay::harness {

/// A cancelled job is Errc::interrupted; every other failure of the sandbox is Errc::sandbox.
[[nodiscard]] Error of_sandbox(const sandbox::Error& error);

}  // namespace assay::harness
