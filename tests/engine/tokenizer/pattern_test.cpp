#include "engine/tokenizer/pattern.h"

#include <random>

#include "engine/text/utf8.h"
#include "tests/catch.h"

using namespace assay::engine;

namespace {

using Words = std::vector<std::string>;

Words cut(const Pattern& pattern, const std::string& text) {
  Words words;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = pattern.word_end(text, begin);
    REQUIRE(end);
    REQUIRE(*end > begin);
    words.push_back(text.substr(begin, *end - begin));
    begin = *end;
  }
  return words;
}

std::shared_ptr<const Pattern> pattern_of(std::string_view expression) {
  const auto pattern = Pattern::make(expression);
  REQUIRE(pattern);
  return *pattern;
}

}  // namespace

TEST_CASE("Qwen2's pattern cuts as its branches say", "[tokenizer]") {
  struct Row {
    const char* what;
    std::string text;
    Words words;
  };
  const auto row = GENERATE(values<Row>({
      {"a letter run takes one character before it", "a b.c", {"a", " b", ".c"}},
      {"contractions, whatever their case", "it's we'RE", {"it", "'s", " we", "'RE"}},
      {"no contraction without its letters", "'x '", {"'x", " '"}},
      {"digits one by one", "a12", {"a", "1", "2"}},
      {"punctuation takes a space before and line ends after", "a == b;\n\nc", {"a", " ==", " b", ";\n\n", "c"}},
      {"white space up to the last line end", " \n \n  x", {" \n \n", " ", " x"}},
      {"the last space stays with the word", "a   b", {"a", "  ", " b"}},
      {"but not with a number", "a   1", {"a", "  ", " ", "1"}},
      {"trailing space is one word", "a   ", {"a", "   "}},
      {"letters beyond ASCII", "über 中文", {"über", " 中文"}},
  }));
  CAPTURE(row.what);
  CHECK(cut(*pattern_of(qwen2_pattern), row.text) == row.words);
}

TEST_CASE("Llama 3's numbers have three digits, GPT-2's are whole", "[tokenizer]") {
  CHECK(cut(*pattern_of(llama3_pattern), "a12345") == Words{"a", "123", "45"});
  CHECK(cut(*pattern_of(gpt2_pattern), "a12345 678\n\nx") == Words{"a", "12345", " 678", "\n", "\n", "x"});
}

TEST_CASE("patterns scanned by hand cut as PCRE2 does with the expression", "[tokenizer]") {
  if (!make_pcre_pattern("a")) ASSAY_SKIP("PCRE2; libpcre2-dev");
  const auto expression = GENERATE(qwen2_pattern, llama3_pattern, gpt2_pattern);
  const auto by_hand = pattern_of(expression);
  const auto general = make_pcre_pattern(expression);
  REQUIRE(general);
  // Without characters of which the two know different versions of Unicode.
  const std::vector<std::string> pieces = {"a",  "Z",  "é",  "中",     "1",      "²",      "٣", " ", "  ",
                                           "\n", "\r", "\t", "\u00a0", "_",      "'s",     "'", "s", "l",
                                           "L",  "ll", "re", "VE",     "\u017f", "\u2028", ".", "=="};
  std::mt19937 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t i = random() % 20; i > 0; --i) text += pieces[random() % pieces.size()];
    CAPTURE(text);
    REQUIRE(cut(*by_hand, text) == cut(**general, text));
  }
}

TEST_CASE("what a pattern of one's own does not match is a word too", "[tokenizer]") {
  if (!make_pcre_pattern("a")) ASSAY_SKIP("PCRE2; libpcre2-dev");
  CHECK(cut(*pattern_of("b+"), "aabbcab") == Words{"aa", "bb", "ca", "b"});
  CHECK(cut(*pattern_of("b*"), "aéb") == Words{"aé", "b"});
  CHECK(cut(*pattern_of("x?"), "aé") == Words{"aé"});
}

TEST_CASE("a pattern that backtracks without end is an error, not a wait", "[tokenizer]") {
  if (!make_pcre_pattern("a")) ASSAY_SKIP("PCRE2; libpcre2-dev");
  const auto pattern = pattern_of("(a*)*b");
  const auto end = pattern->word_end(std::string(200, 'a') + "cb", 0);
  REQUIRE_FALSE(end);
  CHECK(end.error().message.find("match limit exceeded") != std::string::npos);
}

TEST_CASE("an expression that does not compile is told with its place", "[tokenizer]") {
  const auto pattern = Pattern::make("(a");
  REQUIRE_FALSE(pattern);
  CHECK(pattern.error().code == Errc::unsupported);
}
