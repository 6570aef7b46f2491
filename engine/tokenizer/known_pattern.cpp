#include "engine/tokenizer/known_pattern.h"

#include <algorithm>

#include "engine/text/utf8.h"
#include "engine/tokenizer/unicode/character_class.h"

namespace assay::engine {
namespace {

using unicode::CharacterClasses;

constexpr unsigned letter = unicode::letter, number = unicode::number, space = unicode::space;
constexpr std::size_t no_limit = ~std::size_t{0};

bool is_line_end(char32_t point) { return point == '\r' || point == '\n'; }

enum class Case { kept, folded };

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t begin) : text_(text), begin_(begin) {}

  /// Qwen2's expression, and Llama 3's, whose numbers are longer.
  std::size_t qwen2(std::size_t most_digits) {
    if (const std::size_t end = contraction(Case::folded)) return end;
    std::size_t at = begin_;
    const char32_t first = unicode::take(text_, at);
    const unsigned mask = classes_.of(first);
    // [^\r\n\p{L}\p{N}]?\p{L}+
    if ((mask & letter) != 0) return run(at, letter, no_limit);
    if ((mask & number) == 0 && !is_line_end(first) && next_is(at, letter)) return run(at, letter, no_limit);
    if ((mask & number) != 0) return run(at, number, most_digits - 1);  // \p{N}{1,most_digits}
    // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    if (const std::size_t end = others(first, mask, at)) return line_ends(end);
    return spaces(LineEnds::close_a_word);
  }

  std::size_t gpt2() {
    if (const std::size_t end = contraction(Case::kept)) return end;
    std::size_t at = begin_;
    const char32_t first = unicode::take(text_, at);
    const unsigned mask = classes_.of(first);
    for (const unsigned kind : {letter, number}) {
      if ((mask & kind) != 0 || (first == ' ' && next_is(at, kind))) return run(at, kind, no_limit);
    }
    if (const std::size_t end = others(first, mask, at)) return end;
    return spaces(LineEnds::as_spaces);
  }

 private:
  enum class LineEnds { close_a_word, as_spaces };

  bool next_is(std::size_t at, unsigned mask) const {
    return at < text_.size() && classes_.is(unicode::take(text_, at), mask);
  }

  /// The end of a run of such characters from `at` on, `most` at most.
  std::size_t run(std::size_t at, unsigned mask, std::size_t most) const {
    for (std::size_t end = at; at < text_.size() && most > 0; at = end, --most)
      if (!classes_.is(unicode::take(text_, end), mask)) break;
    return at;
  }

  std::size_t line_ends(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '\r' || text_[at] == '\n')) ++at;
    return at;
  }

  /// ` ?[^\s\p{L}\p{N}]+`; 0: no match.
  std::size_t others(char32_t first, unsigned mask, std::size_t at) const {
    const std::size_t end = others_run(at);
    if ((mask & (space | letter | number)) == 0) return end;
    return first == ' ' && end > at ? end : 0;
  }
  std::size_t others_run(std::size_t at) const {
    for (std::size_t end = at; at < text_.size(); at = end)
      if (classes_.is(unicode::take(text_, end), space | letter | number)) break;
    return at;
  }

  /// \s*[\r\n]+|\s+(?!\S)|\s+, or the last two alone. White space is what comes.
  std::size_t spaces(LineEnds line_ends) const {
    std::size_t at = begin_, last = begin_, after_line_end = 0;
    while (at < text_.size()) {
      std::size_t end = at;
      const char32_t point = unicode::take(text_, end);
      if (!classes_.is(point, space)) break;
      if (is_line_end(point)) after_line_end = end;
      last = at;
      at = end;
    }
    if (line_ends == LineEnds::close_a_word && after_line_end != 0) return after_line_end;
    // The look-ahead leaves the last one to the word that follows, unless it is the only one.
    return at == text_.size() || last == begin_ ? at : last;
  }

  /// 's|'t|'re|'ve|'m|'ll|'d; 0: no match.
  std::size_t contraction(Case letters) const {
    if (text_[begin_] != '\'' || begin_ + 1 == text_.size()) return 0;
    const std::string_view rest = text_.substr(begin_ + 1);
    if (letters == Case::folded && rest.starts_with("\xc5\xbf")) return begin_ + 3;  // U+017F folds to s
    const auto fold = [&](char c) {
      return letters == Case::folded && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const char first = fold(rest[0]), second = rest.size() > 1 ? fold(rest[1]) : '\0';
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin_ + 2;
    const bool two =
        (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
    return two ? begin_ + 3 : 0;
  }

  const CharacterClasses& classes_ = CharacterClasses::get();
  std::string_view text_;
  std::size_t begin_;
};

}  // namespace

Result<std::size_t> KnownPattern::word_end(std::string_view text, std::size_t begin) const {
  Scanner scanner(text, begin);
  constexpr std::size_t llama3_digits = 3;
  switch (kind_) {
    case Kind::qwen2:
      return scanner.qwen2(1);
    case Kind::llama3:
      return scanner.qwen2(llama3_digits);
    case Kind::gpt2:
      break;
  }
  return scanner.gpt2();
}

}  // namespace assay::engine
