#include "engine/text/json.h"

#include "tests/catch.h"

using namespace assay::engine;

TEST_CASE("JSON is read within its bounds, and nothing else is JSON", "[text]") {
  struct Row {
    std::string text, message;
  };
  const auto row = GENERATE(values<Row>({
      {"", "j: not JSON: the text ends where a value should be at byte 0"},
      {"{", "j: not JSON: no key at byte 1"},
      {R"({"a" 1})", "j: not JSON: no colon after a key at byte 5"},
      {R"({"a": 1,})", "j: not JSON: no key at byte 8"},
      {"[1 2]", "j: not JSON: neither comma nor bracket after an item at byte 3"},
      {"[1]x", "j: not JSON: more text after the value at byte 3"},
      {R"("abc)", "j: not JSON: a string that never ends at byte 4"},
      {R"("\x")", "j: not JSON: an unknown escape at byte 3"},
      {R"("\ud800")", "j: not JSON: a lone surrogate at byte 7"},
      {"\"\n\"", "j: not JSON: a control character in a string at byte 1"},
      {"01", "j: not JSON: a number with a leading zero at byte 2"},
      {"-", "j: not JSON: no value at byte 1"},
      {"NaN", "j: not JSON: no value at byte 0"},
      {"\"\xff\"", "j: not UTF-8 at byte 1"},
      {std::string(100, '['), "j: not JSON: nested too deep at byte 65"},
  }));
  CAPTURE(row.text);
  const auto value = json::parse(row.text, "j");
  REQUIRE_FALSE(value);
  CHECK(value.error().message == row.message);
  CHECK(json::parse("[1,2,3]", "j", {64, 3}).error().message == "j: not JSON: too many values at byte 5");
}

TEST_CASE("JSON strings hold what their escapes say, and a repeated key its last value", "[text]") {
  const auto value = json::parse(R"({"a": 1, "a": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})", "j");
  REQUIRE(value);
  CHECK(*value->find("a")->string() == "\"\\/\b\f\n\r\té😀");
}
