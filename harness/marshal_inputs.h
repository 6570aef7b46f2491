#pragma once
/// Test inputs as the executor takes them.
#include <string>
#include <vector>

#include "datasets/value.h"

namespace assay::harness {

/// Each value as CPython `marshal` data, version 4, that `marshal.loads` reads. Numbers come from their text: integers
/// of any length, floats to the last bit.
[[nodiscard]] std::vector<std::string> marshal_inputs(const std::vector<datasets::Value>& values);
/// One value of these.
[[nodiscard]] std::string marshal_input(const datasets::Value& value);

}  // namespace assay::harness
