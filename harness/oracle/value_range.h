#pragma once
/// `range` objects: equal where their sequences are. Source: CPython, Objects/rangeobject.c (range_equals).
#include <cstdint>
#include <optional>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

[[nodiscard]] bool equal_ranges(const sandbox::ValueHead& a, const sandbox::ValueHead& b);
[[nodiscard]] std::uint64_t hash_range(const sandbox::ValueHead& range);

}  // namespace assay::harness
