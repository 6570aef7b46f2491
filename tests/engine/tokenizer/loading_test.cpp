/// Files of models as they may come: one clear line for each that is not what it should be.
#include "engine/tokenizer/tokenizer.h"
#include "tests/catch.h"
#include "tests/engine/tokenizer/made_tokenizer.h"
#include "tests/temporary_folder.h"

using namespace assay;
using namespace assay::engine;
using tests::added, tests::byte_parts;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string plain =
    R"({"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},)"
    R"( "decoder": {"type": "ByteLevel"}, "added_tokens": [{"id": 3, "content": "<e>", "special": true}],)"
    R"( "model": {"type": "BPE", "dropout": null, "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})";

std::string failure(const std::string& text) {
  const auto parts = parse_tokenizer_json(text, "t.json");
  if (!parts) return parts.error().message;
  const auto tokenizer = Tokenizer::make(*parts);
  return tokenizer ? "" : tokenizer.error().message;
}

}  // namespace

TEST_CASE("a tokenizer.json that is not byte-level BPE says which part is not", "[tokenizer]") {
  CHECK(failure(plain).empty());
  struct Row {
    std::string from, to, message;
  };
  const auto row = GENERATE(values<Row>({
      {R"("BPE")", R"("Unigram")", R"(t.json: model: the type is "Unigram"; only byte-level BPE is read)"},
      {R"({"type": "NFC"})", R"({"type": "Lowercase"})",
       R"(t.json: normalizer: the type is "Lowercase"; only NFC, or none, is read)"},
      {R"("pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false})", R"("pre_tokenizer": null)",
       "t.json: pre_tokenizer: it has no ByteLevel step, so this is not byte-level BPE"},
      {R"("pre_tokenizer": {"type": "ByteLevel")", R"("pre_tokenizer": {"type": "Metaspace")",
       R"(t.json: pre_tokenizer: the type is "Metaspace"; Split, Digits and ByteLevel are read)"},
      {R"("decoder": {"type": "ByteLevel"})", R"("decoder": {"type": "WordPiece"})",
       R"(t.json: decoder: the type is "WordPiece"; only ByteLevel is read)"},
      {R"("dropout": null)", R"("dropout": 0.1)", "t.json: model: dropout is set, which makes tokens random"},
      {R"("dropout": null)", R"("byte_fallback": true)",
       "t.json: model: byte_fallback is set; byte-level BPE has none"},
      {R"("dropout": null)", R"("end_of_word_suffix": "</w>")",
       "t.json: model: end_of_word_suffix is set; byte-level BPE has none"},
      {R"("dropout": null)", R"("unk_token": "?")", R"(t.json: unk_token "?" is not in the vocabulary)"},
      {R"("a b")", R"("a b c")", R"(t.json: model: merge 1 is "a b c"; two tokens with a space between are expected)"},
      {R"("a b")", R"(["a"])", "t.json: model: merge 1 is neither a string nor a pair of strings"},
      {R"("a b")", R"("a c")", R"(t.json: merge 1, "a" and "c": "c" is not in the vocabulary)"},
      {R"("a b")", R"("b a")", R"(t.json: merge 1, "b" and "a": "ba" is not in the vocabulary)"},
      {R"("b": 1)", R"("b": 0)", R"(t.json: tokens "a" and "b" share the id 0)"},
      {R"("b": 1)", R"("a": 1)", R"(t.json: token "a" is there twice)"},
      {R"("b": 1)", R"("b": -1)", R"(t.json: token "b" has no id from 0 to 4194303)"},
      {R"("b": 1)", R"("b": 1e0)", R"(t.json: token "b" has no id from 0 to 4194303)"},
      {R"("b": 1)", R"("b": 99999999999999999999)", R"(t.json: token "b" has no id from 0 to 4194303)"},
      {R"("id": 3)", R"("id": 2)", R"(t.json: the added token "<e>" has the id of "ab")"},
      {R"("id": 3)", R"("id": "3")", "t.json: an added token has no id from 0 to 4194303"},
      {R"("content": "<e>")", R"("content": "")", R"(t.json: the added token with the id 3 has no "content")"},
      {R"("content": "<e>")", R"("content": "a")",
       R"(t.json: the added token "a" has the id 3, and 0 in the vocabulary)"},
      {R"({"a": 0, "b": 1, "ab": 2})", "[]", "t.json: the vocabulary is no JSON object"},
      {R"({"a": 0, "b": 1, "ab": 2}, "merges": ["a b"])", R"({}, "merges": [])", "t.json: the vocabulary is empty"},
  }));
  CAPTURE(row.from, row.to);
  CHECK(failure(replaced(plain, row.from, row.to)) == row.message);
}

TEST_CASE("two added tokens do not share an id or a name", "[tokenizer]") {
  TokenizerParts parts = byte_parts();
  parts.added = {added("<x>", 300), added("<y>", 300)};
  CHECK(Tokenizer::make(parts).error().message ==
        R"(tokenizer.json: the added token "<y>" has the id of another added token, 300)");
  parts.added[1] = added("<x>", 301);
  CHECK(Tokenizer::make(parts).error().message == R"(tokenizer.json: the added token "<x>" is there twice)");
}

TEST_CASE("a folder without a tokenizer says what it lacks", "[tokenizer]") {
  const tests::TemporaryFolder folder;
  CHECK(Tokenizer::load(folder.path()).error().message ==
        folder.path().string() +
            ": neither tokenizer.json nor vocab.json is there; name the folder of a Hugging Face model");
  tests::write_file(folder / "vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  CHECK(Tokenizer::load(folder.path()).error().message == (folder / "merges.txt").string() + ": no such file");
  tests::write_file(folder / "merges.txt", "#version: 0.2\na b\r\nab\n");
  CHECK(Tokenizer::load(folder.path()).error().message ==
        (folder / "merges.txt").string() + ":3: not two tokens with a space between");
}

TEST_CASE(
    "added tokens come from tokenizer_config.json, or else from added_tokens.json with the roles of the special ones",
    "[tokenizer]") {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  tests::write_file(folder / "merges.txt", "a b\n");
  tests::write_file(folder / "added_tokens.json", R"({"<e>": 3, "<f>": 4, "<g>": 5})");
  tests::write_file(folder / "special_tokens_map.json", R"({"eos_token": {"content": "<e>"}})");
  tests::write_file(folder / "tokenizer_config.json", R"({"additional_special_tokens": ["<g>"]})");
  using Ids = std::vector<TokenId>;
  const auto by_names = Tokenizer::load(folder.path());
  REQUIRE(by_names);
  CHECK(by_names->encode("ab<e><f><g>") == Ids{2, 3, 4, 5});
  CHECK(by_names->decode(Ids{2, 3, 4, 5}, SpecialTokens::skip) == "ab<f>");

  tests::write_file(folder / "tokenizer_config.json",
                    R"({"added_tokens_decoder": {"7": {"content": "<e>", "special": true}}})");
  const auto by_decoder = Tokenizer::load(folder.path());
  REQUIRE(by_decoder);
  CHECK(by_decoder->encode("ab<e>") == Ids{2, 7});
  tests::write_file(folder / "tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "<e>"}}})");
  CHECK(Tokenizer::load(folder.path()).error().message ==
        (folder / "tokenizer_config.json").string() + R"(: added_tokens_decoder: "x" is no id from 0 to 4194303)");
}
