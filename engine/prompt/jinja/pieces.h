#pragma once
/// A chat template cut into texts, outputs and statements.
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace assay::engine::jinja {

enum class Kind { text, output, statement };
struct Piece {
  Kind kind;
  std::string text;
};

/// In order, comments left out. Texts are without the white space that transformers takes away (trim_blocks,
/// lstrip_blocks, and the signs - and +).
[[nodiscard]] Result<std::vector<Piece>> pieces_of(std::string_view jinja);

}  // namespace assay::engine::jinja
