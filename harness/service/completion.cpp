#include "harness/service/completion.h"

namespace assay::harness {

std::optional<std::string> fenced_program(std::string_view completion) {
  constexpr std::string_view fence = "```", opening = "```python\n", closing = "```\n";
  const std::size_t open = completion.find(fence);
  if (open == std::string_view::npos || completion.substr(open, opening.size()) != opening) return std::nullopt;
  const std::size_t begin = open + opening.size();
  const std::size_t close = completion.find(fence, begin);
  if (close == std::string_view::npos || completion.substr(close) != closing) return std::nullopt;
  return std::string(completion.substr(begin, close - begin));
}

}  // namespace assay::harness
