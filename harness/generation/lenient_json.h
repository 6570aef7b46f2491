#pragma once
/// JSON of servers that put models' texts into it as they come.
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace assay::harness {

/// A text that a model breaks off may end in half a character: bytes that are not UTF-8 and lone halves of surrogate
/// pairs are read as U+FFFD, which Boost.JSON 1.81 would refuse. @return none where it is no JSON even so
[[nodiscard]] std::optional<boost::json::value> read_lenient_json(std::string_view text);

}  // namespace assay::harness
