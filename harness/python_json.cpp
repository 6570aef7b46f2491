#include "harness/python_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

namespace assay::harness {
namespace {

using namespace datasets;

/// Takes one code point off; what is no UTF-8 comes out byte by byte as U+FFFD.
std::uint32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  constexpr std::uint32_t replacement = 0xfffd;
  const std::uint32_t first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xf0 && first < 0xf8 ? 4
                             : first >= 0xe0                 ? 3
                             : first >= 0xc0                 ? 2
                                                             : 0;
  std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
  bool valid = length != 0 && first < 0xf8 && length <= text.size();
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xc0U) == 0x80U;
    point = point << 6U | (byte(i) & 0x3fU);
  }
  text.remove_prefix(valid ? length : 1);
  return valid ? point : replacement;
}

void append_escaped(std::string& text, std::uint32_t point) {
  constexpr std::uint32_t first_astral = 0x10000;
  if (point < first_astral) {
    text += fmt::format("\\u{:04x}", point);
    return;
  }
  point -= first_astral;
  text += fmt::format("\\u{:04x}\\u{:04x}", 0xd800U + (point >> 10U), 0xdc00U + (point & 0x3ffU));
}

/// The key of an object: json.dumps makes strings of the scalars that Python allows there.
std::string key_text(const Value& key) {
  if (const auto* string = std::get_if<String>(&key.data)) return string->utf8;
  std::string text;
  append_json(text, key);
  return text;
}

struct Dump {
  std::string& text;

  void list(const std::vector<Value>& items) {
    text += '[';
    for (const Value& item : items) {
      if (&item != items.data()) text += ", ";
      append_json(text, item);
    }
    text += ']';
  }
  void operator()(const None&) { text += "null"; }
  void operator()(bool value) { text += value ? "true" : "false"; }
  void operator()(const Integer& value) { text += value.digits; }
  void operator()(const Float& value) { text += value.text; }
  void operator()(const Complex& value) { append_json(text, python_str(Value{value})); }
  void operator()(const String& value) { append_json(text, value.utf8); }
  void operator()(const List& value) { list(value.items); }
  void operator()(const Tuple& value) { list(value.items); }
  void operator()(const Set& value) { list(value.items); }
  void operator()(const Dict& value) {
    text += '{';
    for (const auto& item : value.items) {
      if (&item != value.items.data()) text += ", ";
      append_json(text, key_text(item.key));
      text += ": ";
      append_json(text, item.value);
    }
    text += '}';
  }
};

double number(const Float& value) { return std::strtod(value.text.c_str(), nullptr); }

/// Digits of a finite value, without repr()'s ".0". Source: CPython, float_repr_style 'short': an exponent where it is
/// below -4 or at least 16.
std::string shortest(double value) {
  constexpr double fixed_from = 1e-4, fixed_below = 1e16;
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= fixed_from && size < fixed_below);
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  return {digits, end.ptr};
}

std::string complex_part(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return shortest(value);
}

}  // namespace

void append_json(std::string& text, std::string_view utf8) {
  text += '"';
  while (!utf8.empty()) {
    const std::uint32_t point = take_code_point(utf8);
    switch (point) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      case '\b':
        text += "\\b";
        break;
      case '\f':
        text += "\\f";
        break;
      default:
        if (point >= 0x20 && point < 0x7f)
          text += static_cast<char>(point);
        else if (point == 0x7f)
          text += '\x7f';
        else
          append_escaped(text, point);
    }
  }
  text += '"';
}

void append_json(std::string& text, const Value& value) { std::visit(Dump{text}, value.data); }

std::string python_repr(double value) {
  std::string text = complex_part(value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string python_str(const Value& value) {
  if (const auto* real = std::get_if<Float>(&value.data)) return python_repr(number(*real));
  const auto* complex = std::get_if<Complex>(&value.data);
  if (!complex) {
    std::string text;
    append_json(text, value);
    return text;
  }
  const double real = number(complex->real), imag = number(complex->imag);
  if (real == 0 && !std::signbit(real)) return complex_part(imag) + "j";
  const bool sign = std::isnan(imag) || !std::signbit(imag);
  return fmt::format("({}{}{}j)", complex_part(real), sign ? "+" : "", complex_part(imag));
}

}  // namespace assay::harness
