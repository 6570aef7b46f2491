#include "datasets/json_reader.h"

#include "tests/catch.h"
#include "tests/datasets/canonical.h"

using namespace assay::datasets;
using assay::tests::canonical;

namespace {

tl::expected<Value, JsonError> read(std::string_view text) {
  std::size_t budget = 1'000'000;
  return JsonReader(text, budget).value();
}

}  // namespace

TEST_CASE("values are read as Python's json reads them", "[datasets][json]") {
  struct Row {
    const char* what;
    std::string text, value;
  };
  const std::string long_digits(5000, '7');
  const auto row = GENERATE_COPY(values<Row>({
      {"null", " null ", "N"},
      {"booleans", "[true,false]", "[TF]"},
      {"an integer beyond 64 bits", "123456789012345678901234567890", "i123456789012345678901234567890;"},
      {"an integer of 5000 digits", "-" + long_digits, "i-" + long_digits + ";"},
      {"minus zero is an integer's zero", "-0", "i0;"},
      {"a float's minus zero stays", "-0.0", "f8000000000000000;"},
      {"a float to its last bit", "0.1", "f3fb999999999999a;"},
      {"an exponent makes a float", "1E5", "f40f86a0000000000;"},
      {"too large is infinite", "1e999", "f7ff0000000000000;"},
      {"NaN", "NaN", "fnan;"},
      {"infinities", "[Infinity,-Infinity]", "[f7ff0000000000000;ffff0000000000000;]"},
      {"escapes", R"("\"\\\/\b\f\n\r\t\u0041")", "s9:\"\\/\b\f\n\r\tA"},
      {"a pair of surrogates", R"("\ud83d\ude00")", "s4:\xF0\x9F\x98\x80"},
      {"a lone high surrogate", R"("\ud83dx")", "s4:\xED\xA0\xBDx"},
      {"a lone low surrogate", R"("\ude00")", "s3:\xED\xB8\x80"},
      {"two high surrogates", R"("\ud83d\ud83d\ude00")", "s7:\xED\xA0\xBD\xF0\x9F\x98\x80"},
      {"UTF-8", "\"\xC3\xA9\"", "s2:\xC3\xA9"},
      {"empty ones", "[[],{},\"\"]", "[[]{}s0:]"},
      {"a repeated key: first place, last value", R"({"a":1,"b":2,"a":3})", "{s1:ai3;s1:bi2;}"},
      {"DEL is no control character in JSON", "\"\x7F\"", "s1:\x7F"},
  }));
  CAPTURE(row.what);
  const auto value = read(row.text);
  REQUIRE(value);
  CHECK(canonical(*value) == row.value);
}

TEST_CASE("an object of many keys keeps the first place and last value of each", "[datasets][json]") {
  std::string text = "{", expected = "{";
  for (int i = 0; i < 200; ++i) {
    text += '"' + std::to_string(100 + i % 100) + "\":" + std::to_string(i) + (i < 199 ? "," : "}");
    if (i >= 100) expected += "s3:" + std::to_string(i) + "i" + std::to_string(i) + ";";
  }
  const auto value = read(text);
  REQUIRE(value);
  CHECK(canonical(*value) == expected + "}");
}

TEST_CASE("what is not JSON is refused where it goes wrong", "[datasets][json]") {
  struct Row {
    std::string text;
    std::size_t offset;
    std::string what;
  };
  const auto row = GENERATE(values<Row>({
      {"", 0, "it ends where a value should stand"},
      {"nul", 0, "a value should stand here"},
      {"-", 0, "a value should stand here"},
      {"-Inf", 0, "a value should stand here"},
      {"+1", 0, "a value should stand here"},
      {".5", 0, "a value should stand here"},
      {"01", 0, "a number starts with 0"},
      {"1.", 0, "a number has no digit after its point"},
      {"[1e+]", 1, "a number has no digit in its exponent"},
      {"\"abc", 0, "a string never ends"},
      {"\"abc\\", 4, "a string never ends"},
      {"\"a\nb\"", 2, "a string holds a control character that is not escaped"},
      {R"("\x41")", 1, "a string holds an unknown escape"},
      {R"("\u12g4")", 5, "a \\u escape needs four hex digits"},
      {R"("\ud83d\u1")", 10, "a \\u escape needs four hex digits"},
      {"[1, 2", 0, "a list never ends"},
      {"[1 2]", 3, "a list needs , or ] here"},
      {"[1,]", 3, "a value should stand here"},
      {"{\"a\":1", 0, "an object never ends"},
      {"{\"a\" 1}", 5, "an object needs : after a key"},
      {"{a:1}", 1, "an object needs a key in double quotes here"},
      {"{\"a\":1,}", 7, "an object needs a key in double quotes here"},
      {"{\"a\":1;}", 6, "an object needs , or } here"},
      {std::string(600, '['), most_json_depth + 1, "it is nested too deeply"},
  }));
  CAPTURE(row.text);
  const auto value = read(row.text);
  REQUIRE_FALSE(value);
  CHECK(value.error().offset == row.offset);
  CHECK(value.error().what == row.what);
}

TEST_CASE("values beyond the budget are refused, over all readers that share it", "[datasets][json]") {
  std::size_t budget = 5;
  CHECK(JsonReader("[1,2]", budget).value());
  const auto second = JsonReader("[1,2]", budget).value();
  REQUIRE_FALSE(second);
  CHECK(second.error().what == "it holds too many values");
}

TEST_CASE("bytes that are not UTF-8 are found", "[datasets][json]") {
  struct Row {
    const char* what;
    std::string text;
    std::size_t offset;
  };
  constexpr std::size_t none = std::string_view::npos;
  const auto row = GENERATE(values<Row>({
      {"ASCII", "plain text that is longer than eight", none},
      {"all lengths", "\xC2\x80\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", none},
      {"a lone continuation", "12345678\x80", 8},
      {"an overlong slash", "\xC0\xAF", 0},
      {"an overlong of three", "\xE0\x9F\xBF", 0},
      {"a surrogate", "a\xED\xA0\x80", 1},
      {"beyond Unicode", "\xF4\x90\x80\x80", 0},
      {"cut short", "ab\xE2\x82", 2},
  }));
  CAPTURE(row.what);
  CHECK(invalid_utf8(row.text) == row.offset);
}
