#pragma once
#include <string>
#include <string_view>

namespace assay::harness {

/// Bytes as text for JSON: what is not UTF-8 becomes `\xNN`, as Python's backslashreplace writes it.
[[nodiscard]] std::string escape_invalid_utf8(std::string_view bytes);

/// The same, but what is not UTF-8 becomes U+FFFD, one a byte.
[[nodiscard]] std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace assay::harness
