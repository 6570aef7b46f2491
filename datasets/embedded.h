#pragma once
/// The `mini` benchmark, which is part of the binary.
#include <string_view>

namespace assay::datasets {

/// The content of mini/mini.jsonl: EvalPlus's format.
[[nodiscard]] std::string_view embedded_mini();

}  // namespace assay::datasets
