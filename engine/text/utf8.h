#pragma once
/// UTF-8 to code points and back.
#include <cstddef>
#include <string>
#include <string_view>

namespace assay::engine::unicode {

/// The code point at `at`, which moves past it. The text must be valid UTF-8 and not at its end.
inline char32_t take(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t lead = byte(0);
  if (lead < 0x80) {
    at += 1;
    return lead;
  }
  if (lead < 0xe0) {
    const char32_t point = (lead & 0x1fU) << 6U | (byte(1) & 0x3fU);
    at += 2;
    return point;
  }
  if (lead < 0xf0) {
    const char32_t point = (lead & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU);
    at += 3;
    return point;
  }
  const char32_t point = (lead & 0x07U) << 18U | (byte(1) & 0x3fU) << 12U | (byte(2) & 0x3fU) << 6U | (byte(3) & 0x3fU);
  at += 4;
  return point;
}

/// Where the code point that ends at `at` (> 0) begins.
inline std::size_t begin_of_last(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U);
  return at;
}

void append(std::string& text, char32_t point);

/// The offset of the first byte that is not part of valid UTF-8 (RFC 3629), or npos.
[[nodiscard]] std::size_t first_invalid(std::string_view text);

/// With each ill-formed part replaced by U+FFFD: one for each longest prefix of a sequence that could have become one,
/// else one a byte. Source: The Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts", as Rust and
/// Python do it.
[[nodiscard]] std::string replace_invalid(std::string_view bytes);

}  // namespace assay::engine::unicode
