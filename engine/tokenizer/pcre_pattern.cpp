#include "engine/tokenizer/pattern.h"

#ifdef ASSAY_HAVE_PCRE2

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <utility>

namespace assay::engine {
namespace {

// What one match may cost. A word's match takes some tens of steps; an expression that backtracks without end takes
// all.
constexpr std::uint32_t most_steps = 1'000'000, most_heap_kib = 64U << 10;
constexpr std::size_t most_expression = 16U << 10;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Code = std::unique_ptr<pcre2_code, Free<pcre2_code_free>>;
using Context = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using Match = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;

std::string words_of(int error) {
  std::array<unsigned char, 160> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

class PcrePattern : public Pattern {
 public:
  PcrePattern(Code code, Context context) : code_(std::move(code)), context_(std::move(context)) {}

  Result<std::size_t> word_end(std::string_view text, std::size_t begin) const override {
    const Match match(pcre2_match_data_create(1, nullptr));
    if (!match) return tl::unexpected(Error{Errc::bad_data, "pre-tokenizer: out of memory"});
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::size_t from = begin;
    for (;;) {
      // The text was checked as a whole, and looking behind a word's begin is right: a match sees all of the text.
      const int found =
          pcre2_match(code_.get(), subject, text.size(), from, PCRE2_NO_UTF_CHECK, match.get(), context_.get());
      if (found == PCRE2_ERROR_NOMATCH) return text.size();
      if (found < 0)
        return tl::unexpected(Error{Errc::bad_data, "pre-tokenizer: the pattern at byte " + std::to_string(begin) +
                                                        " of a text: " + words_of(found)});
      const std::size_t* ends = pcre2_get_ovector_pointer(match.get());
      if (ends[1] > begin && ends[0] <= ends[1] && ends[0] < ends[1]) return ends[0] > begin ? ends[0] : ends[1];
      // An empty match cuts nothing off: on to the next character.
      from = ends[1] < text.size() ? ends[1] + 1 : text.size();
      while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0U) == 0x80U) ++from;
      if (from == text.size()) return from;
    }
  }

 private:
  Code code_;
  Context context_;
};

}  // namespace

Result<std::shared_ptr<const Pattern>> make_pcre_pattern(std::string_view expression) {
  const auto unsupported = [&](const std::string& why) {
    return tl::unexpected(Error{Errc::unsupported, "pre-tokenizer: the pattern cannot be used: " + why});
  };
  if (expression.size() > most_expression) return unsupported("it is longer than 16384 bytes");
  int error = 0;
  std::size_t at = 0;
  const auto* text = reinterpret_cast<PCRE2_SPTR>(expression.data());
  Code code(
      pcre2_compile(text, expression.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &at, nullptr));
  if (!code) return unsupported(words_of(error) + " at byte " + std::to_string(at));
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where it cannot, matching is slower and the same
  Context context(pcre2_match_context_create(nullptr));
  if (!context) return unsupported("out of memory");
  pcre2_set_match_limit(context.get(), most_steps);
  pcre2_set_heap_limit(context.get(), most_heap_kib);
  return std::make_shared<const PcrePattern>(std::move(code), std::move(context));
}

}  // namespace assay::engine

#else

namespace assay::engine {

Result<std::shared_ptr<const Pattern>> make_pcre_pattern(std::string_view) {
  return tl::unexpected(
      Error{Errc::unsupported,
            "pre-tokenizer: the pattern is neither Qwen2's, Llama 3's nor GPT-2's, and this build has no "
            "PCRE2; install libpcre2-dev and build again"});
}

}  // namespace assay::engine

#endif
