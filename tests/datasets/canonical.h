#pragma once
/// A value as a text that tells apart all that equality does not: types, bits of floats, every digit, order.
#include <string>

#include "datasets/value.h"

namespace assay::tests {

/// The same text as canonical() of canonical_inputs.py.
[[nodiscard]] std::string canonical(const datasets::Value& value);

}  // namespace assay::tests
