#pragma once
/// The tasks that EvalPlus judges by more than equality. Source: evalplus/eval/_special_oracle.py, and unsafe_execute
/// in evalplus/eval/__init__.py, which tells them by data set and entry point. Arguments are those that were given.
#include <cstdint>
#include <optional>
#include <string_view>

#include "datasets/problem.h"
#include "datasets/value.h"

namespace assay::harness {

enum class Rule : std::uint8_t {
  equality,
  any_answer,       ///< Mbpp/164: EvalPlus takes whatever returns
  zero_passes,      ///< Mbpp/295
  surface_area,     ///< Mbpp/581: the other reading of "height" passes too
  digit_distance,   ///< Mbpp/558: numbers of different lengths may be padded
  set_equality,     ///< set(out) == set(exp)
  not_none,         ///< a bool must be whether the expected value is not None; anything else must be not None as it is
  polynomial_root,  ///< HumanEval/32: |polynomial(out)| <= atol, whatever the expected value
};

[[nodiscard]] Rule rule_of(datasets::Family family, std::string_view entry_point);

/// EvalPlus's functions of the same names; none where Python would raise.
[[nodiscard]] std::optional<double> surface_area(const datasets::Value& arguments);  ///< a whole number
[[nodiscard]] std::optional<std::int64_t> digit_distance_nums(const datasets::Value& arguments);
[[nodiscard]] std::optional<double> poly(const datasets::Value& arguments, double x);

}  // namespace assay::harness
