#pragma once
/// How commands say on a terminal what went wrong.
#include <string_view>

#include "harness/error.h"

namespace assay::harness {

/// Prints the error's one line to standard error and returns its exit code (harness/errors.h).
[[nodiscard]] int fail(const Error& error);
void warn(std::string_view message);

}  // namespace assay::harness
