#include "datasets/python/tokens.h"

#include <string>

#include "datasets/python/library.h"
#include "datasets/python/names.h"
#include "tests/catch.h"

using namespace assay::datasets;

namespace {

/// Tokens as words: a literal in < >, a statement's end as `.`.
std::string words(std::string_view source) {
  std::string all;
  const PythonTokens tokens(source);
  for (const PythonToken& token : tokens) {
    if (!all.empty()) all += ' ';
    if (token.kind == PythonToken::Kind::newline)
      all += '.';
    else if (token.kind == PythonToken::Kind::literal)
      all += '<' + std::string(token.text) + '>';
    else
      all += token.text;
  }
  return all;
}

}  // namespace

TEST_CASE("Python source is cut into names, operators and literals", "[datasets][python]") {
  struct Row {
    const char *what, *source, *tokens;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing", "", "."},
      {"a statement", "x = f(1)\n", "x = f ( <1> ) . ."},
      {"operators of two and three characters", "a **= b != c := d", "a **= b != c := d ."},
      {"a comment", "a # b\nc", "a . c ."},
      {"newlines in brackets", "f(\n1,\n2)\ng", "f ( <1> , <2> ) . g ."},
      {"a line that goes on", "a = \\\r\n b", "a = b ."},
      {"a string's prefix", "rb'x' + f\"y\"", "<'x'> + <\"y\"> ."},
      {"a quote in a string", "'a\\'b'", "<'a\\'b'> ."},
      {"three quotes", "'''a'b\n''' c", "<'''a'b\n'''> c ."},
      {"a string that never ends", "x = 'a\ny", "x = <'a> . y ."},
      {"three quotes that never end", "x = '''a\ny", "x = <'''a\ny> ."},
      {"a number with a dot and an exponent", "1.5e3 .real", "<1.5e3> . real ."},
      {"letters of any script", "größe = 1", "größe = <1> ."},
      {"brackets that were never opened", ") a\nb", ") a . b ."},
  }));
  CAPTURE(row.what);
  CHECK(words(row.source) == row.tokens);
}

TEST_CASE("places in Python source are known, and nothing is known of places outside", "[datasets][python]") {
  const PythonTokens tokens("a.b = [c, (d)]; e\n  f");
  CHECK((tokens.is_name(0, "a") && tokens.is_op(1, ".") && tokens.is_attribute(2) && !tokens.is_attribute(0)));
  CHECK(tokens.brackets() == std::map<std::size_t, std::size_t>{{4, 10}, {7, 9}});
  CHECK((tokens.opens(7) && tokens.closes(9) && tokens[8].depth == 2));
  CHECK((tokens.ends_statement(11) && tokens.begins_statement(12) && !tokens.begins_line(12)));
  CHECK((tokens.begins_line(0) && tokens.is_name(14, "f") && tokens.begins_statement(14) && !tokens.begins_line(14)));
  CHECK((tokens.column(0) == 0 && tokens.column(12) == 16 && tokens.column(14) == 2 && tokens.is_newline(13)));
  CHECK((tokens.text(4, 11) == "[c, (d)]" && tokens.text(14, tokens.size()) == "f" && tokens.text(0, 3) == "a.b "));
  for (const std::size_t outside : {tokens.size(), tokens.size() + 7, std::size_t{0} - 1}) {
    CAPTURE(outside);
    CHECK_FALSE((tokens.is_name(outside) || tokens.is_name(outside, "") || tokens.is_op(outside, "(") ||
                 tokens.is_attribute(outside) || tokens.begins_line(outside)));
    CHECK((tokens.ends_statement(outside) && !tokens.is_newline(outside) && tokens.text(outside, outside).empty()));
  }
}

TEST_CASE("a string ends at its quote, and a plain one with its line at the latest", "[datasets][python]") {
  constexpr std::size_t never = std::string_view::npos;
  CHECK(end_of_string("'ab' c", 0) == 4);
  CHECK(end_of_string("x '' y", 2) == 4);
  CHECK(end_of_string("'''a''b''' c", 0) == 10);
  CHECK(end_of_string("'a\\\nb'", 0) == 6);
  CHECK(end_of_string("'a\nb'", 0) == never);
  CHECK(end_of_string("'a\\'", 0) == never);
  CHECK(end_of_string("'''a''", 0) == never);
}

TEST_CASE("names are told by whose they are", "[datasets][python]") {
  CHECK((is_keyword("lambda") && !is_keyword("print")));
  CHECK((is_builtin_function("print") && is_builtin_function("__import__") && !is_builtin_function("ValueError")));
  CHECK((is_builtin("ValueError") && is_builtin("print") && is_builtin("__name__") && !is_builtin("lambda")));
  CHECK((is_builtin_attribute("append") && !is_builtin_attribute("push")));
  CHECK((is_class_name("Stack") && is_class_name("_Node") && !is_class_name("stack") && !is_class_name("_")));
  REQUIRE(library_helper("Counter") != nullptr);
  CHECK(library_helper("Counter")->module == "collections");
  CHECK(library_helper("Countess") == nullptr);
  CHECK((is_helper_name("approx") && is_helper_name("deque") && !is_helper_name("f")));
}
