#pragma once
/// What a program of ours, with a client's code in it, says of that code at the end of its stderr: a mark, then a JSON
/// object. Whatever it says is the code's own word: who writes the mark first speaks for itself alone.
#include <optional>
#include <string>
#include <string_view>

#include "datasets/value.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// A mark that no output holds by chance; no secret from the program that is to write it.
[[nodiscard]] std::string new_mark();

/// Cuts the report off the outcome's stderr. None where there is no mark, or no object behind it.
[[nodiscard]] std::optional<datasets::Value> take_report(sandbox::Outcome& outcome, std::string_view mark);

}  // namespace assay::harness
