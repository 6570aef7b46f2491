#include "engine/tokenizer/tokenizer.h"

#include <random>

#include "engine/tokenizer/unicode/normalization.h"
#include "tests/catch.h"
#include "tests/engine/tokenizer/made_tokenizer.h"

using namespace assay;
using namespace assay::engine;
using tests::added, tests::byte_parts;

namespace {

using Ids = std::vector<TokenId>;

Tokenizer made(TokenizerParts parts) {
  auto tokenizer = Tokenizer::make(std::move(parts));
  REQUIRE(tokenizer);
  return std::move(*tokenizer);
}

std::string random_text(std::mt19937& random) {
  std::string text;
  const std::size_t length = random() % 60;
  for (std::size_t i = 0; i < length; ++i) {
    const char32_t limit = random() % 2 == 0 ? 0x80 : random() % 2 == 0 ? 0x3000 : 0x110000;
    const char32_t point = static_cast<char32_t>(random()) % limit;
    if (point < 0xd800 || point >= 0xe000) unicode::append(text, point);
  }
  return text;
}

}  // namespace

TEST_CASE("merges are made by rank, the leftmost first", "[tokenizer]") {
  const Tokenizer tokenizer = made(byte_parts({{"a", "b"}, {"b", "c"}, {"ab", "c"}, {"a", "a"}}));
  CHECK(tokenizer.encode("abc") == Ids{258});
  CHECK(tokenizer.encode("bbc") == Ids{'b', 257});
  CHECK(tokenizer.encode("aaa") == Ids{259, 'a'});
}

TEST_CASE("long words are merged as short ones are", "[tokenizer]") {
  const Tokenizer tokenizer = made(byte_parts({{"a", "a"}, {"aa", "aa"}, {"b", "a"}, {"aaaa", "b"}}));
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string word;
    while (word.size() < 200) word += random() % 3 == 0 ? 'b' : 'a';
    // The reference: the lowest rank over the whole word, again and again.
    Ids expected(word.begin(), word.end());
    const std::vector<std::pair<Ids, TokenId>> merges = {
        {{'a', 'a'}, 256}, {{256, 256}, 257}, {{'b', 'a'}, 258}, {{257, 'b'}, 259}};
    for (bool again = true; again;) {
      again = false;
      for (const auto& [pair, whole] : merges) {
        const auto at = std::search(expected.begin(), expected.end(), pair.begin(), pair.end());
        if (at == expected.end()) continue;
        *at = whole;
        expected.erase(at + 1);
        again = true;
        break;
      }
    }
    REQUIRE(tokenizer.encode(word) == expected);
  }
}

TEST_CASE("a word of a million letters takes no more than its due", "[tokenizer][volume]") {
  const Tokenizer tokenizer = made(byte_parts({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}}));
  const auto ids = tokenizer.encode(std::string(1 << 20, 'a'));
  REQUIRE(ids);
  CHECK(ids->size() == (1 << 20) / 8);
}

TEST_CASE("what is encoded is decoded to the same text in NFC", "[tokenizer]") {
  const Tokenizer tokenizer = made(byte_parts({{"Ġ", "a"}, {"e", "r"}, {"i", "n"}, {"Ã", "©"}}));
  std::mt19937 random(2);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = random_text(random);
    const auto ids = tokenizer.encode(text);
    REQUIRE(ids);
    REQUIRE(tokenizer.decode(*ids) == unicode::nfc(text));
  }
}

TEST_CASE("added tokens are split off first, the longest at a place", "[tokenizer]") {
  TokenizerParts parts = byte_parts();
  parts.added = {added("<a>", 300), added("<a><b>", 301), added("<b>", 302)};
  parts.added[0].special = true;
  const Tokenizer tokenizer = made(parts);
  CHECK(tokenizer.encode("x<a><b><b><a>") == Ids{'x', 301, 302, 300});
  CHECK(tokenizer.encode("<a") == Ids{'<', 'a'});
  CHECK(tokenizer.end() == 303);
  CHECK(tokenizer.id("<b>") == 302);
  CHECK(tokenizer.id("<c>") == -1);
  CHECK(tokenizer.decode(Ids{'x', 300, 302}) == "x<a><b>");
  CHECK(tokenizer.decode(Ids{'x', 300, 302}, SpecialTokens::skip) == "x<b>");
}

TEST_CASE("added tokens take white space along, or need to be words, as their flags say", "[tokenizer]") {
  TokenizerParts parts = byte_parts();
  parts.added = {added("<l>", 300), added("<r>", 301), added("<w>", 302), added("<n>", 303)};
  parts.added[0].lstrip = true;
  parts.added[1].rstrip = true;
  parts.added[2].single_word = true;
  parts.added[3].normalized = true;
  const Tokenizer tokenizer = made(parts);
  CHECK(tokenizer.encode("a \n<l> b") == Ids{'a', 300, ' ', 'b'});
  CHECK(tokenizer.encode("a <r>\u3000\tb") == Ids{'a', ' ', 301, 'b'});
  CHECK(tokenizer.encode("<w>a <w> é<w>") == Ids{'<', 'w', '>', 'a', ' ', 302, ' ', 0xc3, 0xa9, '<', 'w', '>'});
  CHECK(tokenizer.encode("<n>") == Ids{303});
}

TEST_CASE("ids that are no token are left out, and broken UTF-8 is replaced", "[tokenizer]") {
  const Tokenizer tokenizer = made(byte_parts());
  CHECK(tokenizer.decode(Ids{'a', -1, 256, 1'000'000'000'000, 'b'}) == "ab");
  CHECK(tokenizer.decode(Ids{'a', 0xe2, 0x82, 'b', 0xff}) == "a\ufffdb\ufffd");
}

TEST_CASE("text that is not UTF-8 is refused with the place", "[tokenizer]") {
  const auto ids = made(byte_parts()).encode("ab\xff");
  REQUIRE_FALSE(ids);
  CHECK(ids.error().message == "the text is not UTF-8 at byte 2");
}

TEST_CASE("bytes that the vocabulary lacks are left out, or unknown tokens", "[tokenizer]") {
  TokenizerParts parts;
  parts.name = "tokenizer.json";
  parts.model.vocabulary = {{"a", 0}, {"<unk>", 1}};
  parts.steps = {{std::string(qwen2_pattern)}};
  CHECK(made(parts).bytes_missing() == 255);
  CHECK(made(parts).encode("axxa") == Ids{0, 0});
  parts.model.unknown = "<unk>";
  CHECK(made(parts).encode("axxa") == Ids{0, 1, 1, 0});
  parts.model.fuse_unknown = true;
  CHECK(made(parts).encode("axxa") == Ids{0, 1, 0});
}
