#pragma once
/// Arithmetic on integers of any length, for the few comparisons that need it: bounded, since it is quadratic.
#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <optional>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

using BigInteger = boost::multiprecision::cpp_int;

inline constexpr std::size_t max_decimal_digits = 20'000;

/// None where it has more than `max_bits` bits or so.
[[nodiscard]] inline std::optional<BigInteger> big_integer(const sandbox::IntegerView& value, std::size_t max_bits) {
  if (value.digits.empty()) return BigInteger(value.small);
  const std::size_t count = value.digits.size() / 2;
  if (count * 15 > max_bits + 15) return std::nullopt;
  BigInteger big = 0;
  for (std::size_t i = count; i > 0; --i) {
    std::uint16_t digit = 0;
    std::memcpy(&digit, value.digits.data() + 2 * (i - 1), sizeof digit);
    big <<= 15;
    big += digit;
  }
  return value.negative ? BigInteger(-big) : big;
}

}  // namespace assay::harness
