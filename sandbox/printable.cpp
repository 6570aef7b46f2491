#include "sandbox/printable.h"

#include <algorithm>

namespace assay::sandbox {

std::string printable(std::string_view text) {
  std::string clean(text.substr(0, 200));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return clean;
}

}  // namespace assay::sandbox
