#include "harness/service/python_source.h"

#include "tests/catch.h"

using namespace assay::harness;
using Views = std::vector<std::string_view>;

TEST_CASE("source is cut into statements at the left margin", "[service]") {
  const auto cut = statements_of(
      "import a  # why\n\n# a comment\ndef f(x):\n    return (1,\n2)\n\n    # inside\n    y = '''\nz = 1\n'''\nz = "
      "[\n1,\n]\n"
      "t = 'it\\'s' \\\n  'one'\n");
  REQUIRE(cut);
  CHECK(*cut == Views{"import a  # why", "def f(x):\n    return (1,\n2)\n\n    # inside\n    y = '''\nz = 1\n'''",
                      "z = [\n1,\n]", "t = 'it\\'s' \\\n  'one'"});
}

TEST_CASE("what can't be cut is told", "[service]") {
  const char* source = GENERATE("x = '''\n", "x = (1\n", "x = 'a\n'\n", "x = 1)\n", "  x = 1\n");
  CAPTURE(source);
  CHECK_FALSE(statements_of(source));
}

TEST_CASE("a cell loses the indentation of its first line", "[service]") {
  CHECK(without_indent("\n    a\n      b\n\n    c\n") == "a\n  b\n\nc\n");
  CHECK(without_indent("a\n    b") == "a\n    b");
  CHECK(without_indent("  a\n b") == "a\n b");
  CHECK(without_indent("").empty());
}

TEST_CASE("string literals read as Python reads them", "[service]") {
  struct Row {
    const char *literal, *text;
  };
  const auto row = GENERATE(values<Row>({
      {R"('it\'s')", "it's"},
      {R"("a\n\t\x41\u00e9\U0001f600")", "a\n\tA\xC3\xA9\xF0\x9F\x98\x80"},
      {R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
      {R"("\ud800")", "\xED\xA0\x80"},
      {R"('\101\60')", "A0"},
      {"'a' \"b\"", "ab"},
      {"''", ""},
      {"'''a\nb'''", "a\nb"},
      {"''''''", ""},
      {"'\\\\n'", "\\n"},
  }));
  CAPTURE(row.literal);
  LiteralReader reader(row.literal);
  const auto text = reader.string();
  REQUIRE(text);
  CHECK(*text == row.text);
  CHECK(reader.at_end());
}

TEST_CASE("what is no string literal is not read", "[service]") {
  const char* text = GENERATE("x", "'a", "'\\N{DASH}'", "'\\u12'", "'\\U00110000'", "f'a'", "");
  CAPTURE(text);
  CHECK_FALSE(LiteralReader(text).string());
}

TEST_CASE("lists of strings are read", "[service]") {
  LiteralReader reader("['a', \"b\" , 'c',]");
  CHECK(reader.strings() == std::vector<std::string>{"a", "b", "c"});
  CHECK(LiteralReader("[]").strings() == std::vector<std::string>{});
  CHECK_FALSE(LiteralReader("['a', 1]").strings());
  CHECK_FALSE(LiteralReader("['a'").strings());
}
