#pragma once
/// Expected results as a Python programmer writes them, for readers.
#include <cstddef>
#include <string>

#include "harness/oracle/expected_result.h"

namespace assay::harness {

/// repr() of the value, in effect, cut to `most` bytes with "…" behind it; integers of thousands of
/// bits as their size. Empty where the result was too large to be kept, or is malformed.
[[nodiscard]] std::string expected_text(const ExpectedResult& expected, std::size_t most);

}  // namespace assay::harness
