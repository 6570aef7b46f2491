#pragma once
/// Calls as a Python programmer writes them, for readers.
#include <cstddef>
#include <string>

#include "datasets/value.h"

namespace assay::harness {

/// "name(1, [2, 3])": `arguments` is a list or tuple of them. Cut to `most` bytes with "…" behind it.
[[nodiscard]] std::string python_call(const std::string& name, const datasets::Value& arguments, std::size_t most);

}  // namespace assay::harness
