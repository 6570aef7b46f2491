#pragma once
/// Text to token ids and back, as the `tokenizers` package does it with the same files: byte-level BPE.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/error.h"
#include "engine/tokenizer/added_tokens.h"
#include "engine/tokenizer/bpe.h"
#include "engine/tokenizer/pattern.h"
#include "engine/tokenizer/tokenizer_parts.h"

namespace assay::engine {

enum class SpecialTokens { keep, skip };

/// Immutable once it is made: any thread may call any member.
class Tokenizer {
 public:
  /// Reads a model folder: `tokenizer.json` where there is one, else `vocab.json` and `merges.txt` (tokenizer_parts.h).
  /// The errors are one line and name the file.
  [[nodiscard]] static Result<Tokenizer> load(const std::filesystem::path& folder);
  [[nodiscard]] static Result<Tokenizer> make(TokenizerParts parts);

  /// No token is added that the text does not hold: no beginning, no padding, no cut.
  /// @return Errc::bad_data where the text is not UTF-8, or the model's pattern takes too long on it.
  [[nodiscard]] Result<std::vector<TokenId>> encode(std::string_view text) const;

  /// Valid UTF-8 in any case: what the tokens' bytes leave ill-formed is U+FFFD. Ids that are no token are left out, as
  /// models have more places than their tokenizers have tokens.
  /// decode(encode(x)) is x in NFC, where the tokenizer has the 256 bytes and no token that takes white space along.
  [[nodiscard]] std::string decode(std::span<const TokenId> ids, SpecialTokens special = SpecialTokens::keep) const;

  /// -1: no such token. Tokens of the vocabulary are named as the files write them ("Ġreturn").
  [[nodiscard]] TokenId id(const std::string& token) const;
  /// One beyond the highest id: a model's vocabulary must be at least that large.
  [[nodiscard]] TokenId end() const { return static_cast<TokenId>(bytes_.size()); }
  /// Bytes that are no token of the vocabulary. Training leaves out those that its text did not hold; encode() then
  /// leaves them out too.
  [[nodiscard]] std::size_t bytes_missing() const { return bpe_.bytes_missing(); }

 private:
  struct Step {
    std::shared_ptr<const Pattern> pattern;  ///< none: cuts nothing
    bool prefix_space;
  };
  class Encoding;

  explicit Tokenizer(Bpe bpe) : bpe_(std::move(bpe)) {}
  Result<void> add_tokens(const TokenizerParts& parts);

  Bpe bpe_;
  std::vector<Step> steps_;
  bool nfc_ = false;
  AddedTokenFinder raw_, normalized_;
  bool any_normalized_ = false;
  std::unordered_map<std::string, TokenId> added_;
  std::vector<std::string> bytes_;  ///< of each id; empty: a hole
  std::vector<bool> special_;       ///< by id
};

}  // namespace assay::engine
