#include "harness/oracle/decimal_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "datasets/ascii.h"
#include "harness/oracle/big_integer.h"

namespace assay::harness {
namespace {

/// Strips what does not change the value.
void normalize(DecimalText& decimal) {
  std::string& digits = decimal.digits;
  digits.erase(0, digits.find_first_not_of('0'));
  const std::size_t last = digits.find_last_not_of('0');
  const std::size_t keep = last == std::string::npos ? 0 : last + 1;
  decimal.exponent += static_cast<std::int64_t>(digits.size() - keep);
  digits.resize(keep);
  if (!digits.empty()) return;
  decimal.exponent = 0;
  decimal.negative = false;
}

}  // namespace

bool DecimalText::equals(const DecimalText& other) const {
  if (kind == Kind::nan || kind != other.kind || negative != other.negative) return false;
  return kind == Kind::infinite || (exponent == other.exponent && digits == other.digits);
}

std::optional<DecimalText> parse_decimal(std::string_view text) {
  DecimalText decimal;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    decimal.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "Infinity" || text == "inf") {
    decimal.kind = DecimalText::Kind::infinite;
    return decimal;
  }
  if (text.substr(0, 3) == "NaN" || text.substr(0, 4) == "sNaN") {
    decimal.kind = DecimalText::Kind::nan;
    return decimal;
  }
  std::size_t at = 0;
  bool point = false;
  for (; at < text.size() && (datasets::is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    decimal.digits += text[at];
    if (point) --decimal.exponent;
  }
  if (decimal.digits.empty()) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'E' && text[at] != 'e') return std::nullopt;
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    std::int64_t exponent = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + at, end, exponent);
    constexpr std::int64_t most = 2'000'000'000'000'000'000;  // beyond what decimal itself takes
    if (read.ec != std::errc() || read.ptr != end || exponent > most || exponent < -most) return std::nullopt;
    decimal.exponent += exponent;
  }
  normalize(decimal);
  return decimal;
}

DecimalText exact_decimal(double value) {
  DecimalText decimal;
  decimal.negative = std::signbit(value);
  if (std::isnan(value)) {
    decimal.kind = DecimalText::Kind::nan;
  } else if (std::isinf(value)) {
    decimal.kind = DecimalText::Kind::infinite;
  } else {
    std::array<char, 800> text{};  // 767 significant digits are the most that a double has; glibc prints them exactly
    const int length = std::snprintf(text.data(), text.size(), "%.770e", std::abs(value));
    decimal = *parse_decimal({text.data(), static_cast<std::size_t>(length)});
    decimal.negative = std::signbit(value) && !decimal.digits.empty();
  }
  return decimal;
}

std::optional<DecimalText> exact_decimal(const sandbox::IntegerView& value) {
  DecimalText decimal;
  if (value.digits.empty()) {
    decimal.digits = std::to_string(std::abs(value.small));
  } else {
    const auto big = big_integer(value, max_decimal_digits * 10 / 3);
    if (!big) return std::nullopt;
    decimal.digits = BigInteger(abs(*big)).str();
  }
  decimal.negative = value.negative;
  normalize(decimal);
  return decimal;
}

}  // namespace assay::harness
