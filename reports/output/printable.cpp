#include "reports/output/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace assay::reports {
namespace {

constexpr char32_t replacement = 0xfffd;

/// Takes one code point off a text that is not empty; one byte, and none, where it is no UTF-8. RFC 3629, section 4.
struct Taken {
  std::string_view bytes;
  std::optional<char32_t> point;
};

Taken take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xc2 && lead <= 0xdf ? 2
                             : lead >= 0xe0 && lead <= 0xef ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
  bool valid = length != 0 && length <= text.size();
  char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xc0U) == 0x80;
    point = point << 6U | (byte(i) & 0x3fU);
  }
  valid = valid && !(length == 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) &&
          !(length == 4 && (point < 0x10000 || point > 0x10ffff));
  const Taken taken{text.substr(0, valid ? length : 1), valid ? std::optional(point) : std::nullopt};
  text.remove_prefix(taken.bytes.size());
  return taken;
}

std::string byte_escape(std::string_view bytes) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
}

bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

/// Marks that turn the direction of what follows, and separators that some take for line ends.
bool misleads(char32_t point) {
  return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x200e ||
         point == 0x200f || point == 0x061c || point == 0x2028 || point == 0x2029 || point == 0xfeff;
}

/// XML 1.0, production 2, less the characters that it discourages.
bool is_markup(char32_t point) {
  if (point == '\t' || point == '\n' || point == '\r') return true;
  return !is_control(point) && point != 0xfffe && point != 0xffff && !misleads(point);
}

template <class OfPoint>
std::string mapped(std::string_view text, const OfPoint& of_point) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Taken taken = take(text);
    if (taken.point)
      of_point(out, *taken.point, taken.bytes);
    else
      of_point(out, replacement, "\xef\xbf\xbd");
  }
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Taken taken = take(text);
    if (taken.point)
      out += taken.bytes;
    else
      out += byte_escape(taken.bytes);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Taken taken = take(text);
    if (!taken.point)
      out += byte_escape(taken.bytes);
    else if (*taken.point == '\n')
      out += "\\n";
    else if (is_control(*taken.point) || misleads(*taken.point))
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(*taken.point));
    else
      out += taken.bytes;
  }
  return out;
}

std::string escape_markup(std::string_view text) {
  return mapped(text, [](std::string& out, char32_t point, std::string_view bytes) {
    switch (point) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += is_markup(point) ? bytes : std::string_view("\xef\xbf\xbd");
    }
  });
}

std::string escape_markdown(std::string_view text) {
  return mapped(text, [](std::string& out, char32_t point, std::string_view bytes) {
    constexpr std::string_view special = "\\`*_{}[]()<>#+!|~@&$\"':";
    if (is_control(point) || misleads(point))
      out += ' ';
    else if (point < 0x80 && special.find(static_cast<char>(point)) != std::string_view::npos)
      out += fmt::format("&#{};", static_cast<std::uint32_t>(point));
    else
      out += bytes;
  });
}

std::string csv_field(std::string_view text) {
  std::string plain = printable(text);
  if (!plain.empty() && std::string_view("=+-@\t\r").find(plain.front()) != std::string_view::npos)
    plain.insert(0, 1, '\'');
  if (plain.find_first_of(",\"\r\n") == std::string::npos) return plain;
  std::string out = "\"";
  for (const char c : plain) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

}  // namespace assay::reports
