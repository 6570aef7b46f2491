#pragma once
/// Encoded values for tests (sandbox/wire/value_format.md).
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::tests {

using Encoded = std::string;

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
inline Encoded integer(std::int32_t value) { return "i" + raw(value); }
inline Encoded real(double value) { return "g" + raw(value); }
inline Encoded text(std::string_view value) {
  return "u" + raw(static_cast<std::uint32_t>(value.size())).append(value);
}
inline Encoded container(char code, const std::vector<Encoded>& items) {
  std::string bytes = code + raw(static_cast<std::uint32_t>(items.size()));
  for (const Encoded& item : items) bytes += item;
  return bytes;
}
inline Encoded list(const std::vector<Encoded>& items) { return container('[', items); }
inline Encoded tuple(const std::vector<Encoded>& items) { return container('(', items); }
inline Encoded set(const std::vector<Encoded>& items) { return container('<', items); }
inline Encoded frozenset(const std::vector<Encoded>& items) { return container('>', items); }
inline Encoded dict(const std::vector<Encoded>& keys_and_values) {
  std::string bytes = "{";
  for (const Encoded& item : keys_and_values) bytes += item;
  return bytes + "0";
}
/// The value gets the next reference number.
inline Encoded numbered(Encoded value) {
  value[0] = static_cast<char>(value[0] | 0x80);
  return value;
}
inline Encoded reference(std::uint32_t number) { return "r" + raw(number); }
inline Encoded moment(const std::string& text) {
  return std::string("\x10", 1) + raw(static_cast<std::uint32_t>(text.size())) + text;
}
inline Encoded opaque() { return std::string("\x08", 1) + raw(std::uint32_t{3}) + "Any"; }
/// An instance of a subclass.
inline Encoded instance(const Encoded& value, char flags = 0) {
  return "\x07" + raw(std::uint32_t{1}) + "C" + std::string(1, flags) + value;
}

inline sandbox::Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

inline std::string from_hex(std::string_view hex) {
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
  return bytes;
}

}  // namespace assay::tests
