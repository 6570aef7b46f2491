#include "datasets/formats/python_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "datasets/ascii.h"

namespace assay::datasets {
namespace {

std::string_view stripped(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                                  [](char a, char b) { return a == static_cast<char>(b | 0x20); });
}

/// Takes a float literal, sign included, off the front of `text`. Underscores between digits are not read.
std::optional<Float> take_float(std::string_view& text) {
  std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::string sign = text.starts_with('-') ? "-" : "";
  for (const std::string_view word : {"infinity", "inf", "nan"}) {
    if (!starts_with_word(text.substr(at), word)) continue;
    text.remove_prefix(at + word.size());
    return Float{word == "nan" ? "NaN" : sign + "Infinity"};
  }
  const std::size_t start = at;
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - first;
  };
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return std::nullopt;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    const std::size_t mantissa_end = at++;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) at = mantissa_end;
  }
  Float number{sign + std::string(text.substr(start, at - start))};
  text.remove_prefix(at);
  return number;
}

/// A sign alone before j stands for 1.
Float take_unit(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return Float{negative ? "-1" : "1"};
}

bool take_j(std::string_view& text) {
  if (text.empty() || (text[0] | 0x20) != 'j') return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Complex> complex_from(std::string_view text) {
  text = stripped(text);
  if (text.starts_with('(') && text.ends_with(')')) text = stripped(text.substr(1, text.size() - 2));
  if (text.empty()) return std::nullopt;
  const Float zero{"0"};
  const auto first = take_float(text);
  if (first && text.empty()) return Complex{*first, zero};
  if (first && !text.starts_with('+') && !text.starts_with('-'))
    return take_j(text) && text.empty() ? std::optional(Complex{zero, *first}) : std::nullopt;
  auto imag = take_float(text);
  if (!imag) imag = take_unit(text);
  if (!take_j(text) || !text.empty()) return std::nullopt;
  return Complex{first.value_or(zero), *imag};
}

/// A whole number as a float: Python raises where it is too large.
std::optional<Float> float_from(const Integer& number) {
  if (!std::isfinite(std::strtod(number.digits.c_str(), nullptr))) return std::nullopt;
  return Float{number.digits};
}

/// The number's exact value as text where it is whole, else its bits; NaN and infinities as they are.
std::optional<std::string> whole_or_bits(const Value& value) {
  if (const bool* truth = std::get_if<bool>(&value.data)) return *truth ? "1" : "0";
  if (const Integer* integer = std::get_if<Integer>(&value.data)) return integer->digits;
  const Float* text = std::get_if<Float>(&value.data);
  if (text == nullptr) return std::nullopt;
  const double number = std::strtod(text->text.c_str(), nullptr);
  if (number == 0) return "0";  // -0.0 too
  return std::isfinite(number) && number == std::trunc(number) ? fmt::format("{:.0f}", number)
                                                               : fmt::format("{:a}", number);
}

}  // namespace

std::optional<Float> python_float(const Value& value) {
  if (const bool* truth = std::get_if<bool>(&value.data)) return Float{*truth ? "1" : "0"};
  if (const Float* number = std::get_if<Float>(&value.data)) return *number;
  if (const Integer* number = std::get_if<Integer>(&value.data)) return float_from(*number);
  const String* string = std::get_if<String>(&value.data);
  if (string == nullptr) return std::nullopt;
  std::string_view text = stripped(string->utf8);
  auto number = take_float(text);
  return text.empty() ? number : std::nullopt;
}

std::optional<Complex> python_complex(const Value& value) {
  if (const String* string = std::get_if<String>(&value.data)) return complex_from(string->utf8);
  if (const Complex* number = std::get_if<Complex>(&value.data)) return *number;
  auto real = python_float(value);
  if (!real) return std::nullopt;
  return Complex{std::move(*real), Float{"0"}};
}

bool is_hashable(const Value& value) {
  if (const Tuple* tuple = std::get_if<Tuple>(&value.data))
    return std::all_of(tuple->items.begin(), tuple->items.end(), is_hashable);
  return !std::holds_alternative<List>(value.data) && !std::holds_alternative<Dict>(value.data) &&
         !std::holds_alternative<Set>(value.data);
}

bool equal_in_set(const Value& left, const Value& right) {
  const auto number = whole_or_bits(left);
  if (number) return *number != "nan" && *number != "-nan" && number == whole_or_bits(right);
  if (left.data.index() != right.data.index()) return false;
  if (const String* string = std::get_if<String>(&left.data)) return string->utf8 == std::get<String>(right.data).utf8;
  const Tuple* tuple = std::get_if<Tuple>(&left.data);
  if (tuple == nullptr) return std::holds_alternative<None>(left.data);
  const auto& others = std::get<Tuple>(right.data).items;
  return std::equal(tuple->items.begin(), tuple->items.end(), others.begin(), others.end(), equal_in_set);
}

}  // namespace assay::datasets
