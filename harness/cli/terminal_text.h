#pragma once
#include <string>
#include <string_view>

namespace assay::harness {

/// What a program printed, made fit for a terminal: its lines and tabs stay, all else that would steer the terminal or
/// turn the direction of text is written as an escape (reports::printable).
[[nodiscard]] std::string terminal_text(std::string_view text);

}  // namespace assay::harness
