#pragma once
/// What options take. A value that is refused is told in one line: what is wanted, and what was given.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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

/// One of these words.
[[nodiscard]] CLI::Validator one_of(const std::vector<std::string>& words);

/// One of these words, which stands for a value: for CLI::Option::transform.
template <class Value>
requires std::is_enum_v<Value>
[[nodiscard]] CLI::Validator one_of(const std::map<std::string, Value>& values) {
  std::vector<std::string> words;
  for (const auto& [word, value] : values) words.push_back(word);
  const auto put = [values, check = one_of(words)](std::string& text) {
    const auto found = values.find(text);
    if (found == values.end()) return check(text);
    text = std::to_string(static_cast<std::underlying_type_t<Value>>(found->second));
    return std::string();
  };
  return {put, one_of(words).get_description()};
}

}  // namespace assay::harness
