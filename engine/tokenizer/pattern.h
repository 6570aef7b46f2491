#pragma once
/// How text is cut into words before BPE: a regular expression of the model's files, whose matches, and what is between
/// them, are the words.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace assay::engine {

/// Qwen2's, and the one where a model names none.
inline constexpr std::string_view qwen2_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
/// Llama 3's: as Qwen2's, but for up to three digits a word.
inline constexpr std::string_view llama3_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
/// GPT-2's, which a ByteLevel pre-tokenizer uses by itself.
inline constexpr std::string_view gpt2_pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

class Pattern {
 public:
  Pattern() = default;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  virtual ~Pattern() = default;

  /// The three above are scanned for by hand, in one pass and with the tables of unicode/; any other is PCRE2's, where
  /// the build has it, with bounds on what a match may cost.
  /// @return Errc::unsupported for an expression that is neither.
  [[nodiscard]] static Result<std::shared_ptr<const Pattern>> make(std::string_view expression);

  /// The end of the word that begins at `begin`, which is inside `text`: beyond `begin`. Text is valid UTF-8.
  [[nodiscard]] virtual Result<std::size_t> word_end(std::string_view text, std::size_t begin) const = 0;
};

/// None where the build has no PCRE2.
[[nodiscard]] Result<std::shared_ptr<const Pattern>> make_pcre_pattern(std::string_view expression);

}  // namespace assay::engine
