#pragma once
/// Iterates over a value as Python's set() would.
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

/// Gets each element's reader and place, and moves the place behind it; false stops.
using ElementVisitor = std::function<bool(sandbox::ValueReader& reader, std::size_t& at)>;

/// The elements of the value at 0 of `reader`: of a sequence or set its own, of a dict its keys, of text its
/// characters, of bytes and a range their integers. The latter stand in `made`, which must outlive what the visitor
/// keeps.
/// @return false where the visitor stopped, or the value is malformed, not iterable or too long.
[[nodiscard]] bool visit_elements(sandbox::ValueReader& reader, std::string& made,
                                  std::optional<sandbox::ValueReader>& made_reader, const ElementVisitor& visit);

}  // namespace assay::harness
