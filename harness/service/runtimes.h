#pragma once
/// Which languages /run_code knows: one table.
#include <string_view>

namespace assay::harness {

struct Runtime {
  std::string_view language;  ///< SandboxFusion's word
  bool served;
  std::string_view why_not;  ///< one line for who asks for it
};

/// Null where SandboxFusion knows no such language either. Case counts.
[[nodiscard]] const Runtime* find_runtime(std::string_view language);

}  // namespace assay::harness
