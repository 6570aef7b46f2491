#include "harness/service/request_json.h"

#include "harness/service/base64.h"
#include "tests/catch.h"

using namespace assay::harness;

TEST_CASE("lone surrogates are text; what is no JSON object is a flaw", "[service]") {
  std::vector<Flaw> flaws;
  const auto body = parse_object(R"({"a": "\ud800x"})", flaws);
  REQUIRE(body);
  CHECK(Fields(*body, {}, flaws).text("a") == "\xED\xA0\x80x");
  CHECK(flaws.empty());
  const std::string bad =
      GENERATE(std::string("{"), std::string(), std::string("[]"), std::string("{} x"),
               std::string("{\"a\": \"\xFF\"}"), std::string(100'000, '['),
               "{\"a\": " + std::string(600, '[') + std::string(600, ']') + "}", std::string("{\"a\0\": }", 8));
  CHECK_FALSE(parse_object(bad, flaws));
  CHECK(flaws.size() == 1);
}

TEST_CASE("numbers are taken as leniently as pydantic takes them", "[service]") {
  struct Row {
    const char* json;
    double value;
    bool right;
  };
  const auto row = GENERATE(values<Row>({{"30", 30, true},
                                         {"30.0", 30, true},
                                         {"\"30\"", 30, true},
                                         {"true", 1, true},
                                         {"30.5", 0, false},
                                         {"\"x\"", 0, false},
                                         {"\"0x10\"", 0, false},
                                         {"\"1p3\"", 0, false},
                                         {"\"inf\"", 0, false},
                                         {"\" 30 \"", 30, true},
                                         {"\"3 0\"", 0, false},
                                         {"[]", 0, false},
                                         {"NaN", 0, false},
                                         {"1e999", 0, false},
                                         {"-1", 0, false}}));
  CAPTURE(row.json);
  std::vector<Flaw> flaws;
  const auto body = parse_object(std::string("{\"n\": ") + row.json + "}", flaws);
  REQUIRE(body);
  const double value = Fields(*body, {}, flaws).integer("n", std::nullopt, 0, 100);
  CHECK(flaws.empty() == row.right);
  if (row.right) CHECK(value == row.value);
}

TEST_CASE("a flaw's place is told as FastAPI tells it", "[service]") {
  CHECK(
      detail_json({{"missing", {"items", std::size_t{3}, "tests"}, "Field required"}}) ==
      R"({"detail": [{"type": "missing", "loc": ["body", "items", 3, "tests"], "msg": "Field required", "input": null}]})");
  CHECK(text_of({"items", std::size_t{3}, "tests"}) == "items.3.tests");
}

TEST_CASE("a field's name is a name in its place, whatever it is made of", "[service]") {
  for (const char* name : {"007", "a..b", "", "3", "a.b", ".", "\\u0000"}) {
    std::vector<Flaw> flaws;
    const std::string quoted = std::string("\"") + name + "\"";
    const auto body = parse_object("{" + quoted + ": 1}", flaws);
    REQUIRE(body);
    Fields(*body, {"items", std::size_t{0}}, flaws).only({"tests"});
    REQUIRE(flaws.size() == 1);
    CHECK_THAT(detail_json(flaws), Catch::Contains(R"("loc": ["body", "items", 0, )" + quoted + "]"));
  }
}

TEST_CASE("of a million fields that there are not, a few are told", "[service]") {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += (i == 0 ? "\"" : ", \"") + std::to_string(i) + "\": 1";
  std::vector<Flaw> flaws;
  const auto body = parse_object(text + "}", flaws);
  REQUIRE(body);
  Fields(*body, {}, flaws).only({"items"});
  CHECK(flaws.size() == 20);
}

TEST_CASE("base64 there and back", "[service]") {
  for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"), std::string("abc\0\xFF", 5)})
    CHECK(from_base64(base64(bytes)) == bytes);
  CHECK(base64("hi") == "aGk=");
  CHECK(from_base64("aGk") == "hi");
  CHECK_FALSE(from_base64("a"));
  CHECK_FALSE(from_base64("a-bc"));
}
