#pragma once
/// A `decimal.Decimal` from its text, in the one form that equal values share.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

struct DecimalText {
  enum class Kind : std::uint8_t { finite, infinite, nan };
  Kind kind = Kind::finite;
  bool negative = false;      ///< never for zero
  std::string digits;         ///< neither leading nor trailing zeros; empty is zero
  std::int64_t exponent = 0;  ///< value = digits * 10^exponent

  /// NaN equals nothing.
  [[nodiscard]] bool equals(const DecimalText& other) const;
};

/// As str(Decimal) writes it; none where it is not that.
[[nodiscard]] std::optional<DecimalText> parse_decimal(std::string_view text);
/// The exact value of a double.
[[nodiscard]] DecimalText exact_decimal(double value);
/// None where the integer has more digits than are compared.
[[nodiscard]] std::optional<DecimalText> exact_decimal(const sandbox::IntegerView& value);

}  // namespace assay::harness
