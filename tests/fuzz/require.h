#pragma once
/// What fuzz targets hold: where it does not, the input is a finding.
#include <cstdlib>
#include <string_view>

namespace assay::tests {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Of an error's message.
inline void require_one_line(std::string_view message) {
  require(!message.empty() && message.find('\n') == std::string_view::npos);
}

}  // namespace assay::tests
