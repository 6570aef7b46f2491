#pragma once
/// Files named on the command line, read whole and bounded.
#include <cstdint>
#include <string>

#include "harness/error.h"

namespace assay::harness {

/// The content of `path`, or of standard input for "-". More than `most_bytes` is an error, not a cut.
[[nodiscard]] Result<std::string> read_input(const std::string& path, std::uint64_t most_bytes);

}  // namespace assay::harness
