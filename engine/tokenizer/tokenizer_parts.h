#pragma once
/// What the files of a model say of its tokenizer, whichever layout they have; nothing is checked against another yet.
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "engine/text/json.h"
#include "engine/tokenizer/added_tokens.h"
#include "engine/tokenizer/bpe.h"

namespace assay::engine {

/// A step of cutting text into words: each word of the step before is cut further.
struct CutStep {
  std::string pattern;  ///< empty: cuts nothing
  bool prefix_space = false;
};

struct TokenizerParts {
  std::string name;  ///< of the file, for messages
  BpeModel model;
  std::vector<AddedToken> added;
  bool nfc = false;
  std::vector<CutStep> steps;
};

/// The text of `tokenizer.json`. @return Errc::unsupported for what is not byte-level BPE, naming the part.
[[nodiscard]] Result<TokenizerParts> parse_tokenizer_json(std::string_view text, const std::string& name);

/// A folder with `vocab.json`, `merges.txt`, and added tokens in `tokenizer_config.json` or `added_tokens.json`:
/// Qwen2's layout, so its NFC and its pattern hold.
[[nodiscard]] Result<TokenizerParts> read_vocabulary_files(const std::filesystem::path& folder);

/// A vocabulary {"token": id, …}.
[[nodiscard]] Result<std::vector<std::pair<std::string, TokenId>>> parse_vocabulary(const json::Value& value,
                                                                                    const std::string& name);
/// {"content", "special", "single_word", "lstrip", "rstrip", "normalized"}, with an id from elsewhere.
[[nodiscard]] Result<AddedToken> parse_added_token(const json::Value& value, TokenId id, const std::string& name);

}  // namespace assay::engine
