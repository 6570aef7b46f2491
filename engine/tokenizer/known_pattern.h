#pragma once
/// The expressions that nearly all models use, scanned by hand: each branch in the expression's order, one look a
/// character.
#include "engine/tokenizer/pattern.h"

namespace assay::engine {

class KnownPattern : public Pattern {
 public:
  enum class Kind { qwen2, llama3, gpt2 };
  explicit KnownPattern(Kind kind) : kind_(kind) {}
  [[nodiscard]] Result<std::size_t> word_end(std::string_view text, std::size_t begin) const override;

 private:
  Kind kind_;
};

}  // namespace assay::engine
