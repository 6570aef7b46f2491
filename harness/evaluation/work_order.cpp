#include "harness/evaluation/work_order.h"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace assay::harness {

bool may_spin(std::string_view program) {
  constexpr std::string_view word = "while";
  const auto in_word = [&](std::size_t at) {
    return at < program.size() && (std::isalnum(static_cast<unsigned char>(program[at])) != 0 || program[at] == '_');
  };
  for (std::size_t at = program.find(word); at != std::string_view::npos; at = program.find(word, at + 1))
    if ((at == 0 || !in_word(at - 1)) && !in_word(at + word.size())) return true;
  return false;
}

void order(std::vector<WorkItem>& items) {
  const auto rank = [](const WorkItem& item) {
    return std::make_tuple(!item.may_spin, -item.expected_seconds, item.problem, item.plus, item.solution);
  };
  std::sort(items.begin(), items.end(), [&](const WorkItem& a, const WorkItem& b) { return rank(a) < rank(b); });
}

}  // namespace assay::harness
