#pragma once
/// A model's answer as text: the fence that holds its program.
#include <optional>
#include <string>
#include <string_view>

namespace assay::harness {

/// The program of a completion whose form is right: exactly one fence, opened by ```python and a newline, and nothing
/// after it but one newline. Otherwise none.
/// Source: apple/ml-diffucoder src/open_r1/rewards.py, get_code_format_reward and extract_code.
[[nodiscard]] std::optional<std::string> fenced_program(std::string_view completion);

}  // namespace assay::harness
