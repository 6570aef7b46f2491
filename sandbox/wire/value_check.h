#pragma once
#include <string_view>

namespace assay::sandbox {

enum class Form {
  well_formed,
  untellable,  ///< not a tree of at most 1000 levels: an object within itself, or too deep; an honest sample can make
               ///< one
  malformed,   ///< what no encoder writes
};

/// Holds bytes of a sample's making against value_format.md: one value and nothing more, only codes of the closed list,
/// every count within what is there. What is well formed is safe to be read by CPython's `marshal` (an extension: by
/// sandbox/runner/decode.py).
[[nodiscard]] Form form_of(std::string_view bytes);

}  // namespace assay::sandbox
