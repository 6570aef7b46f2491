#pragma once
/// The printable characters that vocabularies of byte-level BPE write bytes in: 0x20 is "Ġ".
/// Source: bytes_to_unicode in GPT-2's encoder.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::engine {

/// The character of a byte: itself where it is printable in Latin-1, else the next free one from U+0100 on.
[[nodiscard]] char32_t character_of(std::uint8_t byte);

/// The bytes that a token of the vocabulary stands for; none where one of its characters is no byte's. The token must
/// be valid UTF-8.
[[nodiscard]] std::optional<std::string> bytes_of(std::string_view token);

}  // namespace assay::engine
