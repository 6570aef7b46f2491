#pragma once
/// Canonical composition.
#include <string>
#include <string_view>

namespace assay::engine::unicode {

/// True where NFC surely leaves the text as it is: what nearly all text is, at the cost of one look a character.
[[nodiscard]] bool surely_nfc(std::string_view text);

/// NFC of valid UTF-8. Source: Unicode Standard Annex #15; Hangul as in section 3.12 of the standard.
[[nodiscard]] std::string nfc(std::string_view text);

}  // namespace assay::engine::unicode
