#include "harness/python_json.h"

#include <limits>

#include "tests/catch.h"

namespace assay::harness {
namespace {

using namespace datasets;

template <class Of>
std::string json(const Of& of) {
  std::string text;
  append_json(text, of);
  return text;
}

TEST_CASE("strings are written in ASCII as json.dumps does", "[results]") {
  struct Row {
    const char *utf8, *written;
  };
  const auto row = GENERATE(values<Row>({
      {"", R"("")"},
      {"a\"b\\c/", R"("a\"b\\c/")"},
      {"\n\r\t\b\f\x01\x7f", "\"\\n\\r\\t\\b\\f\\u0001\x7f\""},
      {"\xc3\xa9\xe2\x82\xac", R"("\u00e9\u20ac")"},
      {"\xf0\x9f\x98\x80", R"("\ud83d\ude00")"},
      {"\xed\xa0\x80", R"("\ud800")"},
      {"a\xff\xc3", R"("a\ufffd\ufffd")"},
  }));
  CHECK(json(std::string_view(row.utf8)) == row.written);
}

TEST_CASE("values are written as json.dumps does, numbers as they were read", "[results]") {
  CHECK(json(Value{None{}}) == "null");
  CHECK(json(Value{List{{{true}, {Integer{"-123456789012345678901234567890"}}, {Float{"1e-7"}}, {Float{"NaN"}}}}}) ==
        "[true, -123456789012345678901234567890, 1e-7, NaN]");
  CHECK(json(Value{Tuple{{{String{"a"}}, {List{}}}}}) == "[\"a\", []]");
  CHECK(json(Value{Dict{{{{String{"a"}}, {Integer{"1"}}}, {{Integer{"2"}}, {None{}}}}}}) == "{\"a\": 1, \"2\": null}");
  CHECK(json(Value{Set{{{Integer{"1"}}, {Integer{"2"}}}}}) == "[1, 2]");
  CHECK(json(Value{Complex{{"1"}, {"2"}}}) == "\"(1+2j)\"");
}

TEST_CASE("floats are printed as Python's repr", "[results]") {
  struct Row {
    double value;
    const char* text;
  };
  const auto row = GENERATE(values<Row>({{0, "0.0"},
                                         {-0.0, "-0.0"},
                                         {1, "1.0"},
                                         {0.1, "0.1"},
                                         {1e-4, "0.0001"},
                                         {1e-5, "1e-05"},
                                         {123456.75, "123456.75"},
                                         {1e15, "1000000000000000.0"},
                                         {9999999999999998, "9999999999999998.0"},
                                         {1e16, "1e+16"},
                                         {1.5e300, "1.5e+300"},
                                         {5e-324, "5e-324"},
                                         {std::numeric_limits<double>::infinity(), "inf"}}));
  CHECK(python_repr(row.value) == row.text);
}

TEST_CASE("complex numbers are printed as Python's str", "[results]") {
  struct Row {
    const char *real, *imag, *text;
  };
  const auto row = GENERATE(values<Row>({{"0", "1", "1j"},
                                         {"-0.0", "1", "(-0+1j)"},
                                         {"3", "-4.5", "(3-4.5j)"},
                                         {"0", "-0.0", "-0j"},
                                         {"NaN", "NaN", "(nan+nanj)"},
                                         {"Infinity", "-Infinity", "(inf-infj)"},
                                         {"1e100", "1e-7", "(1e+100+1e-07j)"}}));
  CHECK(python_str(Value{Complex{{row.real}, {row.imag}}}) == row.text);
}

}  // namespace
}  // namespace assay::harness
