#include "engine/text/utf8.h"
#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/unicode/normalization.h"
#include "tests/catch.h"

using namespace assay::engine;

TEST_CASE("NFC joins what belongs together and orders marks", "[tokenizer]") {
  struct Row {
    const char* what;
    std::string text, composed;
  };
  const auto row = GENERATE(values<Row>({
      {"ASCII", "abc", "abc"},
      {"a letter and its mark", "e\u0301", "\u00e9"},
      {"two marks, one after the other", "a\u0302\u0301", "\u1ea5"},
      {"marks in the wrong order", "q\u0307\u0323", "q\u0323\u0307"},
      {"a mark that is blocked", "a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b"},
      {"a singleton", "\u212b", "\u00c5"},
      {"what is never composed", "\u0958", "\u0915\u093c"},
      {"Hangul", "\u1112\u1161\u11ab", "\ud55c"},
      {"a mark with nothing before it", "\u0301a", "\u0301a"},
  }));
  CAPTURE(row.what);
  CHECK(unicode::nfc(row.text) == row.composed);
  CHECK(unicode::nfc(row.composed) == row.composed);
}

TEST_CASE("each byte has a character, and each character its byte", "[tokenizer]") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string token;
    unicode::append(token, character_of(static_cast<std::uint8_t>(byte)));
    CHECK(bytes_of(token) == std::string(1, static_cast<char>(byte)));
  }
  CHECK(bytes_of("Ġreturn") == " return");
  CHECK(bytes_of("a b") == std::nullopt);
  CHECK(bytes_of("中") == std::nullopt);
}
