#include "harness/oracle/number.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "harness/oracle/big_integer.h"
#include "harness/oracle/decimal_text.h"

namespace assay::harness {
namespace {

using sandbox::IntegerView;
using sandbox::ValueHead;
using sandbox::ValueKind;

std::uint16_t digit_at(std::string_view digits, std::size_t i) {
  std::uint16_t digit = 0;
  std::memcpy(&digit, digits.data() + 2 * i, sizeof digit);
  return digit;
}

bool is_integer(const ValueHead& head) { return head.kind == ValueKind::integer || head.kind == ValueKind::boolean; }

/// The double that an integer is, or none where no double is exactly that.
std::optional<double> exact_double(const IntegerView& value) {
  if (value.digits.empty()) {
    const auto converted = static_cast<double>(value.small);
    if (static_cast<std::int64_t>(converted) != value.small) return std::nullopt;  // below 2^60: never overflows
    return converted;
  }
  const std::size_t count = value.digits.size() / 2;
  if (count > 70) return std::nullopt;  // beyond 2^1035
  double sum = 0;
  for (std::size_t i = count; i > 0; --i) {
    const double shifted = sum * 32768.0, digit = digit_at(value.digits, i - 1), next = shifted + digit;
    if (!std::isfinite(next) || next - shifted != digit) return std::nullopt;
    sum = next;
  }
  return value.negative ? -sum : sum;
}

/// float(int): rounded half to even; infinite where Python raises OverflowError.
double rounded_double(const IntegerView& value) {
  if (value.digits.empty()) return static_cast<double>(value.small);
  const std::size_t count = value.digits.size() / 2;
  if (count > 70)
    return value.negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  // Five digits have 61 bits at least; with a sticky bit for the rest they decide the rounding.
  unsigned __int128 top = 0;
  bool sticky = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t digit = digit_at(value.digits, count - 1 - i);
    if (i < 5)
      top = top << 15 | digit;
    else
      sticky = sticky || digit != 0;
  }
  const double scaled =
      std::ldexp(static_cast<double>(top << 1 | (sticky ? 1U : 0U)), static_cast<int>(15 * (count - 5)) - 1);
  return value.negative ? -scaled : scaled;
}

bool equal_integer_float(const IntegerView& integer, double value) {
  const auto exact = exact_double(integer);
  return exact && *exact == value;
}

/// NumPy has a type for it.
bool fits_64_bits(const IntegerView& value) {
  const std::size_t count = value.digits.size() / 2;
  const unsigned top_digit_bits = value.negative ? 3 : 4;  // 60 bits lie below
  return count == 0 || (count == 5 && digit_at(value.digits, 4) >> top_digit_bits == 0);
}

/// k where `value` is 2^k.
std::optional<int> power_of_two(const IntegerView& value) {
  if (value.negative) return std::nullopt;
  if (value.digits.empty()) {
    const auto bits = static_cast<std::uint64_t>(value.small);
    return std::has_single_bit(bits) ? std::optional(std::countr_zero(bits)) : std::nullopt;
  }
  const std::size_t count = value.digits.size() / 2;
  if (count > 80) return std::nullopt;  // no double has such a denominator
  for (std::size_t i = 0; i + 1 < count; ++i)
    if (digit_at(value.digits, i) != 0) return std::nullopt;
  const std::uint16_t top = digit_at(value.digits, count - 1);
  if (!std::has_single_bit(top)) return std::nullopt;
  return static_cast<int>(15 * (count - 1)) + std::countr_zero(top);
}

bool is_one(const IntegerView& value) { return value.digits.empty() && value.small == 1; }

/// Fraction == Decimal, by numerator * 1 == digits * 10^exponent * denominator.
bool equal_fraction_decimal(const ValueHead& fraction, const DecimalText& decimal) {
  constexpr std::size_t most_bits = 16'384, most_digits = 4'000;
  if (decimal.kind != DecimalText::Kind::finite) return false;
  if (decimal.digits.size() > most_digits || std::abs(decimal.exponent) > static_cast<std::int64_t>(most_digits))
    return false;
  auto numerator = big_integer(fraction.integer, most_bits), denominator = big_integer(fraction.second, most_bits);
  if (!numerator || !denominator) return false;
  BigInteger digits(decimal.digits.empty() ? std::string("0") : decimal.digits);
  if (decimal.negative) digits = -digits;
  const BigInteger power =
      boost::multiprecision::pow(BigInteger(10), static_cast<unsigned>(std::abs(decimal.exponent)));
  return decimal.exponent < 0 ? BigInteger(*numerator * power) == BigInteger(digits * *denominator)
                              : *numerator == BigInteger(digits * power * *denominator);
}

/// Decimal == other, where `other` is real.
bool equal_decimal(const DecimalText& decimal, const ValueHead& other) {
  if (other.kind == ValueKind::floating) return decimal.equals(exact_decimal(other.real));
  if (other.kind == ValueKind::fraction) return equal_fraction_decimal(other, decimal);
  if (other.kind == ValueKind::decimal) {
    const auto parsed = parse_decimal(other.text);
    return parsed && decimal.equals(*parsed);
  }
  // The size decides nearly always, and bounds the conversion.
  const std::size_t bits = other.integer.digits.size() / 2 * 15;
  const double decimal_size = static_cast<double>(decimal.digits.size()) + static_cast<double>(decimal.exponent);
  if (bits > 0 && std::abs(decimal_size - static_cast<double>(bits) * 0.30103) > 6) return false;
  const auto integer = exact_decimal(other.integer);
  return integer && decimal.equals(*integer);
}

bool equal_fraction(const ValueHead& fraction, const ValueHead& other) {
  if (other.kind == ValueKind::fraction)
    return equal_integers(fraction.integer, other.integer) && equal_integers(fraction.second, other.second);
  if (other.kind != ValueKind::floating)
    return is_one(fraction.second) && equal_integers(fraction.integer, other.integer);
  // Both are in lowest terms, so a float equals it only where the denominator is a power of two.
  const auto power = power_of_two(fraction.second);
  return power && std::isfinite(other.real) && equal_integer_float(fraction.integer, std::ldexp(other.real, *power)) &&
         std::ldexp(std::ldexp(other.real, *power), -*power) == other.real;
}

/// a == b for two real numbers.
bool equal_reals(const ValueHead& a, const ValueHead& b) {
  if (is_integer(a) && is_integer(b)) return equal_integers(a.integer, b.integer);
  if (a.kind == ValueKind::floating && b.kind == ValueKind::floating) return a.real == b.real;
  if (a.kind == ValueKind::decimal) {
    const auto decimal = parse_decimal(a.text);
    return decimal && equal_decimal(*decimal, b);
  }
  if (b.kind == ValueKind::decimal) return equal_reals(b, a);
  if (a.kind == ValueKind::fraction) return equal_fraction(a, b);
  if (b.kind == ValueKind::fraction) return equal_fraction(b, a);
  if (a.kind == ValueKind::floating) return equal_reals(b, a);
  const bool as_doubles = (a.numpy || b.numpy) && fits_64_bits(a.integer);
  return as_doubles ? rounded_double(a.integer) == b.real : equal_integer_float(a.integer, b.real);
}

ValueHead real_part(const ValueHead& number) {
  if (number.kind != ValueKind::complex) return number;
  ValueHead real;
  real.kind = ValueKind::floating;
  real.numpy = number.numpy;
  real.real = number.real;
  return real;
}

// Arithmetic modulo the prime 2^61 - 1, in which CPython hashes numbers.
constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;
std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % prime);
}
std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1, base = multiply(base, base))
    if (exponent & 1) result = multiply(result, base);
  return result;
}
std::uint64_t inverse(std::uint64_t a) { return power(a, prime - 2); }
std::uint64_t negate_if(bool negative, std::uint64_t a) { return negative && a != 0 ? prime - a : a; }
constexpr std::uint64_t hash_of_infinity = 314159, hash_of_nan = 0;

std::uint64_t residue(const IntegerView& value) {
  if (value.digits.empty()) return negate_if(value.negative, static_cast<std::uint64_t>(std::abs(value.small)) % prime);
  std::uint64_t sum = 0;
  for (std::size_t i = value.digits.size() / 2; i > 0; --i)
    sum = ((sum << 15 & prime) | sum >> 46) + digit_at(value.digits, i - 1), sum = sum >= prime ? sum - prime : sum;
  return negate_if(value.negative, sum);
}

std::uint64_t residue(double value) {
  if (std::isnan(value)) return hash_of_nan;
  if (std::isinf(value)) return negate_if(value < 0, hash_of_infinity);
  int exponent = 0;
  const double mantissa = std::frexp(std::abs(value), &exponent);
  const auto digits = static_cast<std::uint64_t>(std::ldexp(mantissa, 53));
  exponent -= 53;
  const int shift = ((exponent % 61) + 61) % 61;  // 2^61 is 1
  return negate_if(value < 0, multiply(digits % prime, std::uint64_t{1} << shift));
}

std::uint64_t residue(const DecimalText& decimal) {
  if (decimal.kind == DecimalText::Kind::nan) return hash_of_nan;
  if (decimal.kind == DecimalText::Kind::infinite) return negate_if(decimal.negative, hash_of_infinity);
  std::uint64_t sum = 0;
  for (const char c : decimal.digits) sum = (multiply(sum, 10) + static_cast<std::uint64_t>(c - '0')) % prime;
  const auto exponent = static_cast<std::uint64_t>(std::abs(decimal.exponent));
  return negate_if(decimal.negative, multiply(sum, power(decimal.exponent < 0 ? inverse(10) : 10, exponent)));
}

}  // namespace

bool is_number(const ValueHead& head) {
  switch (head.kind) {
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::floating:
    case ValueKind::complex:
    case ValueKind::decimal:
    case ValueKind::fraction:
      return true;
    default:
      return false;
  }
}

bool equal_integers(const IntegerView& a, const IntegerView& b) {
  return a.small == b.small && a.negative == b.negative && a.digits == b.digits;
}

bool equal_numbers(const ValueHead& a, const ValueHead& b) {
  if (a.kind != ValueKind::complex && b.kind != ValueKind::complex) return equal_reals(a, b);
  const double imag_a = a.kind == ValueKind::complex ? a.imag : 0, imag_b = b.kind == ValueKind::complex ? b.imag : 0;
  return imag_a == imag_b && equal_reals(real_part(a), real_part(b));
}

std::uint64_t hash_number(const ValueHead& number) {
  switch (number.kind) {
    case ValueKind::floating:
      return residue(number.real);
    case ValueKind::complex:
      return residue(number.real) + 1000003 * residue(number.imag);
    case ValueKind::decimal: {
      const auto decimal = parse_decimal(number.text);
      return decimal ? residue(*decimal) : 0;
    }
    case ValueKind::fraction: {
      const std::uint64_t denominator = residue(number.second);
      const std::uint64_t top = residue(number.integer);
      return denominator == 0 ? hash_of_infinity : multiply(top, inverse(denominator));
    }
    default:
      return residue(number.integer);
  }
}

std::optional<double> to_double(const ValueHead& number) {
  double value = 0;
  switch (number.kind) {
    case ValueKind::floating:
      return number.real;
    case ValueKind::boolean:
    case ValueKind::integer:
      value = rounded_double(number.integer);
      break;
    case ValueKind::decimal: {
      if (!parse_decimal(number.text)) return std::nullopt;
      return std::strtod(std::string(number.text).c_str(), nullptr);  // as float() reads str(Decimal)
    }
    case ValueKind::fraction:  // a true division of integers, which rounds once: exact operands below 2^53 do the same
      value = rounded_double(number.integer) / rounded_double(number.second);
      break;
    default:
      return std::nullopt;
  }
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace assay::harness
