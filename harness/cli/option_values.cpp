#include "harness/cli/option_values.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace assay::harness {

std::string refusal(std::string_view wanted, std::string_view given) {
  return fmt::format("{} is wanted, not {}", wanted, given.empty() ? "\"\"" : given);
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  const auto complaint = [words](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
    std::string wanted;
    for (std::size_t i = 0; i < words.size(); ++i)
      wanted += (i == 0 ? "" : i + 1 < words.size() ? ", " : " or ") + words[i];
    return refusal(wanted, text);
  };
  return {complaint, fmt::format("{}", fmt::join(words, "|"))};
}

}  // namespace assay::harness
