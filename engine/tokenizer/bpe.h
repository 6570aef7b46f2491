#pragma once
/// Byte-pair encoding: a word's bytes, merged two by two in the order that training has found.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/error.h"

namespace assay::engine {

using TokenId = std::int64_t;

inline constexpr TokenId most_token_id = (1 << 22) - 1;

/// What a model's files say of its BPE, tokens as they are written there.
struct BpeModel {
  std::vector<std::pair<std::string, TokenId>> vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  ///< the earlier, the sooner
  bool ignore_merges = false;                               ///< a word that is a token is that token
  std::string unknown;                                      ///< stands for bytes that the vocabulary lacks; empty: none
  bool fuse_unknown = false;                                ///< one for several in a row
};

class Bpe {
 public:
  /// @return Errc::bad_data where an id is used twice or out of range, or a merge joins or makes what is no token.
  /// Messages begin with `name`.
  [[nodiscard]] static Result<Bpe> make(BpeModel model, const std::string& name);

  /// Appends the ids of one word, given as bytes. A byte that is no token is left out, or becomes the unknown token.
  /// Time n log n, whatever the word. `symbols` is room to work in, which a caller keeps from word to word.
  void encode(std::string_view word, std::vector<TokenId>& into, std::vector<std::uint32_t>& symbols) const;

  /// The token as the file writes it; none beyond the vocabulary and in its holes.
  [[nodiscard]] const std::string* token(TokenId id) const;
  [[nodiscard]] TokenId id(const std::string& token) const;                           ///< -1: no token
  [[nodiscard]] TokenId end() const { return static_cast<TokenId>(tokens_.size()); }  ///< one beyond the highest id
  [[nodiscard]] std::size_t bytes_missing() const;                                    ///< bytes that are no token

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  struct Merge {
    std::uint64_t pair = ~0ULL;  ///< left id and right id; all ones: a free place
    std::uint32_t rank = none;
    std::uint32_t whole = none;
  };

  Bpe() = default;
  Result<void> add_vocabulary(const BpeModel& model, const std::string& name);
  Result<void> add_merges(const BpeModel& model, const std::string& name);
  void put(Merge merge);
  [[nodiscard]] const Merge* find(std::uint32_t left, std::uint32_t right) const;
  void symbols_of(std::string_view word, std::vector<std::uint32_t>& into) const;
  void merge_short(std::vector<std::uint32_t>& symbols) const;
  void merge_long(std::vector<std::uint32_t>& symbols) const;

  std::vector<std::string> tokens_;  ///< by id; empty: a hole
  std::unordered_map<std::string, TokenId> ids_;
  std::unordered_map<std::string, std::uint32_t> words_;  ///< by bytes; filled for ignore_merges alone
  std::vector<Merge> merges_;                             ///< open addressing; the size is a power of two
  std::array<std::uint32_t, 256> bytes_{};
  std::uint32_t unknown_ = none;
  bool fuse_unknown_ = false;
};

}  // namespace assay::engine
