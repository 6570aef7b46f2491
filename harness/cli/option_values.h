#pragma once
/// What options take. A value that is refused is told in one line: what is wanted, and what was given.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace assay::harness {

/// "a number from 0 to 1 is wanted, not nan"
[[nodiscard]] std::string refusal(std::string_view wanted, std::string_view given);

/// A number of that range: NaN lies in none.
template <class Number>
[[nodiscard]] CLI::Validator in_range(Number least, Number most) {
  const auto complaint = [least, most](const std::string& text) {
    Number value{};
    // Only what compares is inside: CLI::Range refuses what lies outside, and so lets NaN pass.
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return std::string();
    return refusal(
        fmt::format("a {} from {} to {}", std::is_integral_v<Number> ? "whole number" : "number", least, most), text);
  };
  return {complaint, fmt::format("{}..{}", least, most)};
}

}  // namespace assay::harness
