#pragma once
/// Which tokens end a text.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/checkpoint/model_config.h"
#include "engine/tokenizer/tokenizer.h"

namespace assay::harness {

/// The configuration's, and those that a Dream tokenizer has for it.
[[nodiscard]] inline std::vector<std::int64_t> end_tokens(const engine::ModelConfig& config,
                                                          const engine::Tokenizer& tokenizer) {
  std::vector<std::int64_t> ends = config.eos_token_id;
  for (const char* name : {"<|endoftext|>", "<|im_end|>", "<|dlm_pad|>"})
    if (const engine::TokenId id = tokenizer.id(name); id >= 0 && std::ranges::find(ends, id) == ends.end())
      ends.push_back(id);
  return ends;
}

}  // namespace assay::harness
