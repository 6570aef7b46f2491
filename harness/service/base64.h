#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace assay::harness {

/// RFC 4648, section 4, with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// None where the text is not well-formed; padding may be left out.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace assay::harness
