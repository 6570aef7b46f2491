#include "reports/output/json_text.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "reports/output/printable.h"

namespace assay::reports {
namespace {

bool is_surrogate(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '\xed' && (static_cast<unsigned char>(text[at + 1]) & 0xe0U) == 0xa0 &&
         (static_cast<unsigned char>(text[at + 2]) & 0xc0U) == 0x80;
}

std::string surrogate_escape(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
  return fmt::format("\\u{:04x}", 0xd000U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU));
}

/// Of text without lone surrogates.
void append_plain(std::string& out, std::string_view text) {
  for (const char c : valid_utf8(text)) {
    constexpr std::string_view special = "\"\\\n\r\t", letters = "\"\\nrt";
    if (const auto at = special.find(c); at != std::string_view::npos)
      out += fmt::format("\\{}", letters[at]);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_surrogate(text, at)) continue;
    append_plain(out, text.substr(start, at - start));
    out += surrogate_escape(text.substr(at, 3));
    at += 2;
    start = at + 1;
  }
  append_plain(out, text.substr(start));
  return out + '"';
}

std::string json_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

std::string json_number(std::optional<double> value) { return value ? json_number(*value) : "null"; }

JsonObject& JsonObject::add(std::string_view key, std::string json) {
  if (text_.size() > 1) text_ += ", ";
  text_ += json_text(key) + ": " + json;
  return *this;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) {
    if (text.size() > 1) text += ", ";
    text += item;
  }
  return text + "]";
}

}  // namespace assay::reports
