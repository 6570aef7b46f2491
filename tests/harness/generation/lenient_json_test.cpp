#include "harness/generation/lenient_json.h"

#include "tests/catch.h"

namespace assay::harness {
namespace {

TEST_CASE("half characters in JSON are read as U+FFFD, whole ones as they are", "[generation]") {
  struct Row {
    const char *what, *json, *text;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing amiss", R"("a\n\u00e9\\u")", "a\n\xC3\xA9\\u"},
      {"a pair", R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
      {"a high half at the end", R"("A\ud83d")", "A\xEF\xBF\xBD"},
      {"a high half in front of a letter", R"("\uD83Dx")", "\xEF\xBF\xBDx"},
      {"a high half in front of an escape", R"("\ud83d\u0041")", "\xEF\xBF\xBD\x41"},
      {"two high halves and a low one", R"("\ud83d\ud83d\ude00")", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
      {"a low half", R"("\ude00\ud83d")", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a backslash in front of what looks like an escape", R"("\\ud83d")", "\\ud83d"},
      {"a byte that is not UTF-8", "\"A\xFF\"", "A\xEF\xBF\xBD"},
      {"a character broken off", "\"A\xF0\x9F\x98\"", "A\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  }));
  CAPTURE(row.what);
  const auto value = read_lenient_json(row.json);
  REQUIRE(value);
  CHECK(value->as_string() == row.text);
}

TEST_CASE("what is no JSON stays none", "[generation]") {
  for (const char* text : {"", "]", "{\"a\": ", R"("\)", R"("\u)", R"("\ud83)", R"("\ud8zz")", "<html>", "\\ud83d"}) {
    CAPTURE(text);
    CHECK(!read_lenient_json(text));
  }
}

}  // namespace
}  // namespace assay::harness
