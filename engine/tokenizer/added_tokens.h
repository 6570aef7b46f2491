#pragma once
/// Tokens that are looked for in the text itself, before BPE sees it: "<|im_end|>".
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/bpe.h"

namespace assay::engine {

struct AddedToken {
  std::string content;
  TokenId id = 0;
  bool special = false;      ///< left out by decode() when it is asked to
  bool single_word = false;  ///< only where no word character stands beside it
  bool lstrip = false;       ///< takes the white space before it along
  bool rstrip = false;       ///< and after it
  bool normalized = false;   ///< looked for in normalized text, else in the text as it is
};

/// A stretch of text: an added token, or what lies between two.
struct Stretch {
  std::size_t begin, end;
  TokenId token = -1;  ///< -1: none
};

/// Finds the leftmost tokens, of several at one place the longest. Source: the `tokenizers` package, AddedVocabulary.
class AddedTokenFinder {
 public:
  void add(const std::string& content, const AddedToken& token);
  /// All of `text`, in order. Time: its length times that of the longest token.
  [[nodiscard]] std::vector<Stretch> split(std::string_view text) const;

 private:
  struct Node {
    std::map<unsigned char, std::uint32_t> next;
    const AddedToken* token = nullptr;
  };
  struct Found {
    const AddedToken* token = nullptr;
    std::size_t end = 0;
  };
  [[nodiscard]] Found longest_at(std::string_view text, std::size_t begin) const;

  std::vector<Node> nodes_{1};
  std::bitset<256> first_bytes_;
  std::vector<std::unique_ptr<AddedToken>> tokens_;
};

}  // namespace assay::engine
