#include "harness/oracle/value_range.h"

#include "harness/oracle/big_integer.h"
#include "harness/oracle/number.h"

namespace assay::harness {
namespace {

/// None where the bounds are so large that nobody meant them: such ranges equal nothing.
std::optional<BigInteger> length(const sandbox::ValueHead& range) {
  constexpr std::size_t most_bits = 4096;
  const auto start = big_integer(range.integer, most_bits), stop = big_integer(range.second, most_bits),
             step = big_integer(range.third, most_bits);
  if (!start || !stop || !step) return std::nullopt;
  const BigInteger span = range.third.negative ? BigInteger(*start - *stop) : BigInteger(*stop - *start);
  const BigInteger stride = abs(*step);
  return span <= 0 ? BigInteger(0) : BigInteger((span + stride - 1) / stride);
}

}  // namespace

bool equal_ranges(const sandbox::ValueHead& a, const sandbox::ValueHead& b) {
  const auto length_a = length(a), length_b = length(b);
  if (!length_a || !length_b || *length_a != *length_b) return false;
  if (*length_a == 0) return true;
  return equal_integers(a.integer, b.integer) && (*length_a == 1 || equal_integers(a.third, b.third));
}

std::uint64_t hash_range(const sandbox::ValueHead& range) {
  const auto count = length(range);
  if (!count || *count == 0) return 0;
  return static_cast<std::uint64_t>(*count & 0xffffffffU);
}

}  // namespace assay::harness
