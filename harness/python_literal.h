#pragma once
/// Values as a Python programmer writes them, for readers.
#include <cstddef>
#include <string>
#include <vector>

#include "datasets/value.h"

namespace assay::harness {

/// repr() of the value, in effect; it ends with "…" where it would be longer than `most` bytes.
[[nodiscard]] std::string python_literal(const datasets::Value& value, std::size_t most);

/// "name(1, [2, 3])": `arguments` is a list or tuple of them.
[[nodiscard]] std::string python_call(const std::string& name, const datasets::Value& arguments, std::size_t most);

}  // namespace assay::harness
