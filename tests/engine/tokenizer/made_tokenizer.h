#pragma once
/// Tokenizers of a few tokens, for tests.
#include <string>
#include <utility>
#include <vector>

#include "engine/text/utf8.h"
#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/pattern.h"
#include "engine/tokenizer/tokenizer.h"

namespace assay::tests {

/// The 256 bytes under their own numbers, and what the merges make from 256 on.
inline engine::TokenizerParts byte_parts(std::vector<std::pair<std::string, std::string>> merges = {}) {
  engine::TokenizerParts parts;
  parts.name = "tokenizer.json";
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string token;
    engine::unicode::append(token, engine::character_of(static_cast<std::uint8_t>(byte)));
    parts.model.vocabulary.emplace_back(token, byte);
  }
  for (const auto& [left, right] : merges)
    parts.model.vocabulary.emplace_back(left + right, static_cast<engine::TokenId>(parts.model.vocabulary.size()));
  parts.model.merges = std::move(merges);
  parts.nfc = true;
  parts.steps = {{std::string(engine::qwen2_pattern)}};
  return parts;
}

inline engine::AddedToken added(std::string content, engine::TokenId id) {
  engine::AddedToken token;
  token.content = std::move(content);
  token.id = id;
  return token;
}

}  // namespace assay::tests
