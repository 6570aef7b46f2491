#include "engine/text/utf8.h"

#include "tests/catch.h"

using namespace assay::engine;

TEST_CASE("UTF-8 is told from what only looks like it", "[text]") {
  struct Row {
    std::string bytes;
    std::size_t invalid_at;
    std::string replaced;
  };
  const auto row = GENERATE(values<Row>({
      {"a\u20ac\U0001f600", std::string::npos, "a\u20ac\U0001f600"},
      {"a\xc0\x80", 1, "a\ufffd\ufffd"},                    // longer than needed
      {"\xed\xa0\x80", 0, "\ufffd\ufffd\ufffd"},            // a surrogate
      {"\xf4\x90\x80\x80", 0, "\ufffd\ufffd\ufffd\ufffd"},  // beyond U+10FFFF
      {"\xe2\x82", 0, "\ufffd"},                            // cut short
      {"\xf0\x9f\x98z", 0, "\ufffdz"},
      {"\x80", 0, "\ufffd"},
  }));
  CHECK(unicode::first_invalid(row.bytes) == row.invalid_at);
  CHECK(unicode::replace_invalid(row.bytes) == row.replaced);
}
