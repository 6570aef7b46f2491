#pragma once
/// Python's numbers as their equality and hash see them: bool, int, float, complex, Decimal, Fraction and NumPy's
/// scalars are one family, compared exactly. Source: CPython's Objects/longobject.c, floatobject.c (float_richcompare),
/// Lib/fractions.py, Modules/_decimal; documentation, "Hashing of numeric types".
#include <cstdint>
#include <optional>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

[[nodiscard]] bool is_number(const sandbox::ValueHead& head);
[[nodiscard]] bool equal_integers(const sandbox::IntegerView& a, const sandbox::IntegerView& b);

/// a == b. Exact, with one exception of NumPy's: its scalar against an int of 64 bits compares as doubles do.
/// A Decimal of more than 20,000 digits equals no integer or fraction here (exact comparison would take quadratic
/// time).
[[nodiscard]] bool equal_numbers(const sandbox::ValueHead& a, const sandbox::ValueHead& b);

/// Equal numbers have equal hashes, whatever their types.
[[nodiscard]] std::uint64_t hash_number(const sandbox::ValueHead& number);

/// float(number): none where Python raises (complex, or too large).
[[nodiscard]] std::optional<double> to_double(const sandbox::ValueHead& number);

}  // namespace assay::harness
