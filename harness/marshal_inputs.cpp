#include "harness/marshal_inputs.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

namespace assay::harness {
namespace {

using datasets::Value;

/// A magnitude in digits of 15 bits, lowest first, as marshal writes integers beyond 32 bits.
std::vector<std::uint16_t> to_digits(std::string_view decimal) {
  // Nine decimal digits at a time into limbs of 32 bits; then regrouped. Quadratic, as Python's own int() is.
  std::vector<std::uint32_t> limbs;
  while (!decimal.empty()) {
    const std::size_t count = decimal.size() % 9 == 0 ? 9 : decimal.size() % 9;
    std::uint64_t carry = 0, scale = 1;
    for (const char c : decimal.substr(0, count)) {
      carry = carry * 10 + static_cast<std::uint64_t>(c - '0');
      scale *= 10;
    }
    for (std::uint32_t& limb : limbs) {
      carry += scale * limb;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
    decimal.remove_prefix(count);
  }
  std::vector<std::uint16_t> digits;
  std::uint64_t bits = 0;
  int held = 0;
  for (const std::uint32_t limb : limbs) {
    bits |= std::uint64_t{limb} << held;
    for (held += 32; held >= 15; held -= 15, bits >>= 15) digits.push_back(static_cast<std::uint16_t>(bits & 0x7fff));
  }
  if (held > 0) digits.push_back(static_cast<std::uint16_t>(bits & 0x7fff));
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
  return digits;
}

/// Appends one value after another. No references: each value stands by itself.
class Writer {
 public:
  explicit Writer(std::string& bytes) : bytes_(bytes) {}
  void operator()(const Value& value) { std::visit(*this, value.data); }

  void operator()(const datasets::None&) { bytes_ += 'N'; }
  void operator()(bool value) { bytes_ += value ? 'T' : 'F'; }
  void operator()(const datasets::Integer& integer) {
    std::string_view digits = integer.digits;
    const bool negative = !digits.empty() && digits.front() == '-';
    if (negative) digits.remove_prefix(1);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    constexpr std::size_t always_32_bits = 9;
    if (digits.size() <= always_32_bits + 1) {
      std::int64_t value = 0;
      for (const char c : digits) value = value * 10 + (c - '0');
      if (negative) value = -value;
      if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
        bytes_ += 'i';
        return put(static_cast<std::int32_t>(value));
      }
    }
    const auto magnitude = to_digits(digits);
    const auto count = static_cast<std::int32_t>(magnitude.size());
    bytes_ += 'l';
    put(negative ? -count : count);
    for (const std::uint16_t digit : magnitude) put(digit);
  }
  void operator()(const datasets::Float& value) {
    bytes_ += 'g';
    put(number(value));
  }
  void operator()(const datasets::Complex& value) {
    bytes_ += 'y';
    put(number(value.real));
    put(number(value.imag));
  }
  void operator()(const datasets::String& text) {
    const bool ascii =
        std::all_of(text.utf8.begin(), text.utf8.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    if (ascii && text.utf8.size() < 256) {
      bytes_ += 'z';
      put(static_cast<std::uint8_t>(text.utf8.size()));
    } else {
      bytes_ += ascii ? 'a' : 'u';
      put(static_cast<std::uint32_t>(text.utf8.size()));
    }
    bytes_ += text.utf8;
  }
  void operator()(const datasets::List& list) { sequence('[', list.items); }
  void operator()(const datasets::Tuple& tuple) {
    if (tuple.items.size() >= 256) return sequence('(', tuple.items);
    bytes_ += ')';
    put(static_cast<std::uint8_t>(tuple.items.size()));
    for (const Value& item : tuple.items) (*this)(item);
  }
  void operator()(const datasets::Set& set) { sequence('<', set.items); }
  void operator()(const datasets::Dict& dict) {
    bytes_ += '{';
    for (const auto& [key, value] : dict.items) {
      (*this)(key);
      (*this)(value);
    }
    bytes_ += '0';
  }

 private:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  /// Reads "NaN", "Infinity" and every finite text to the nearest double.
  static double number(const datasets::Float& value) { return std::strtod(value.text.c_str(), nullptr); }
  void sequence(char code, const std::vector<Value>& items) {
    bytes_ += code;
    put(static_cast<std::uint32_t>(items.size()));
    for (const Value& item : items) (*this)(item);
  }

  std::string& bytes_;
};

}  // namespace

std::string marshal_input(const datasets::Value& value) {
  std::string bytes;
  Writer write(bytes);
  write(value);
  return bytes;
}

std::vector<std::string> marshal_inputs(const std::vector<datasets::Value>& values) {
  std::vector<std::string> inputs;
  inputs.reserve(values.size());
  for (const Value& value : values) inputs.push_back(marshal_input(value));
  return inputs;
}

}  // namespace assay::harness
