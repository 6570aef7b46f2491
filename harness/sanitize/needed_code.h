#pragma once
/// Of a program, the imports and the definitions that a function needs.
#include <string>

#include "harness/error.h"

namespace assay::harness {

/// Whether this build has tree-sitter and its Python grammar, which read the program.
[[nodiscard]] bool have_tree_sitter();

/// The top level's imports, then its first definition of each name that `entry_point` reaches through names: classes,
/// functions that return something, assignments to a name. All definitions where `entry_point` is empty.
/// @return Errc::usage in a build without tree-sitter.
/// Source: evalplus/sanitize.py, extract_target_code_or_empty, after its code_extract.
[[nodiscard]] Result<std::string> needed_code(const std::string& program, const std::string& entry_point);

}  // namespace assay::harness
