#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace assay::harness {

/// The one of `words` that was meant, most likely: one or two slips away (a letter too many, one too few, a wrong one,
/// two swapped), or the beginning of `typed`, or begun by it. Empty where none is near, and for less than three
/// letters.
[[nodiscard]] std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

}  // namespace assay::harness
