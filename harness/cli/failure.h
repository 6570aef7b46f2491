#pragma once
/// How commands say on a terminal what went wrong: names of files, of runs and of a server's models stand in messages,
/// and steer no terminal (reports::printable).
#include <string>
#include <string_view>

#include "harness/error.h"

namespace assay::harness {

/// Prints the error's one line to standard error and returns its exit code (harness/errors.h).
[[nodiscard]] int fail(const Error& error);
/// The one line of a warning, without its end.
[[nodiscard]] std::string warning(std::string_view message);
void warn(std::string_view message);

}  // namespace assay::harness
