#include "engine/tokenizer/pattern.h"

#include "engine/tokenizer/known_pattern.h"

namespace assay::engine {

Result<std::shared_ptr<const Pattern>> Pattern::make(std::string_view expression) {
  struct Row {
    std::string_view expression;
    KnownPattern::Kind kind;
  };
  constexpr Row known[] = {
      {qwen2_pattern, KnownPattern::Kind::qwen2},
      {llama3_pattern, KnownPattern::Kind::llama3},
      {gpt2_pattern, KnownPattern::Kind::gpt2},
  };
  for (const Row& row : known)
    if (row.expression == expression) return std::make_shared<const KnownPattern>(row.kind);
  return make_pcre_pattern(expression);
}

}  // namespace assay::engine
