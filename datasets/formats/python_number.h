#pragma once
/// Python's float(), complex() and equality on values of test data.
#include <optional>

#include "datasets/value.h"

namespace assay::datasets {

/// float(value), for numbers and strings; nothing where Python would raise. The text is kept, not rounded.
[[nodiscard]] std::optional<Float> python_float(const Value& value);
/// complex(value), for real numbers and strings such as "(-0-1j)"; nothing where Python would raise.
[[nodiscard]] std::optional<Complex> python_complex(const Value& value);

/// Whether the value may be an item of a set.
[[nodiscard]] bool is_hashable(const Value& value);
/// Whether a set takes the two hashable values for one: 1, 1.0 and True are, NaN is like nothing.
[[nodiscard]] bool equal_in_set(const Value& left, const Value& right);

}  // namespace assay::datasets
