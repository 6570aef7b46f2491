#include "harness/cli/help_format.h"

#include <algorithm>

namespace assay::harness {

std::string HelpFormat::make_option_desc(const CLI::Option* option) const {
  constexpr std::size_t columns = 120;
  const std::size_t width = columns - get_column_width();
  std::string text = option->get_description();
  for (std::size_t begin = 0; text.size() - begin > width;) {
    std::size_t blank = text.rfind(' ', begin + width);
    if (blank == std::string::npos || blank <= begin) blank = text.find(' ', begin);
    if (blank == std::string::npos) break;
    text[blank] = '\n';
    begin = blank + 1;
  }
  return text;
}

}  // namespace assay::harness
