#pragma once
#include <string>
#include <string_view>

namespace assay::sandbox {

/// At most 200 bytes, printable ASCII: text of a sample's making that may stand on a terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace assay::sandbox
