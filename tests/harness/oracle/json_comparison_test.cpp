#include "harness/oracle/json_comparison.h"

#include <limits>

#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"

using namespace assay::tests;
using assay::harness::JsonComparison;
using assay::sandbox::ResultHeader;

namespace {

Encoded long_integer(std::initializer_list<std::uint16_t> digits) {
  std::string bytes = "l" + raw(static_cast<std::int32_t>(digits.size()));
  for (const std::uint16_t digit : digits) bytes += raw(digit);
  return bytes;
}

bool is_right(const Encoded& out, const Encoded& exp) {
  JsonComparison comparison(exp);
  comparison.begin({});
  comparison.piece(bytes_of(out));
  return comparison.end();
}

const double no_number = std::numeric_limits<double>::quiet_NaN(), beyond = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a result is held against JSON as Python's == would, in JSON's words", "[oracle]") {
  struct Row {
    const char* what;
    Encoded out, exp;
    bool right;
  };
  const Encoded one = integer(1), two = integer(2), big = long_integer({0, 0, 0, 0, 4096});
  const std::vector<Row> rows = {
      {"equal", one, one, true},
      {"another", two, one, false},
      {"a float of an integer", real(1), one, true},
      {"a float near an integer", real(1 + 1e-9), one, false},
      {"True for 1", "T", one, true},
      {"1 for true", one, "T", true},
      {"2 for true", two, "T", false},
      {"beyond 64 bits", big, big, true},
      {"beyond 64 bits, and not", one, big, false},
      {"a float", real(0.1 + 0.2), real(0.3), true},
      {"a float that is off", real(0.30001), real(0.3), false},
      {"an integer for a float", one, real(1), true},
      {"an integer beyond floats", long_integer({1, 0, 0, 0, 4096}), real(1), false},
      {"infinity", real(beyond), real(beyond), true},
      {"a number for infinity", real(1e300), real(beyond), false},
      {"NaN", real(no_number), real(no_number), false},
      {"a text for a float", text("0.3"), real(0.3), false},
      {"None", "N", "N", true},
      {"0 for null", integer(0), "N", false},
      {"None for 0", "N", integer(0), false},
      {"a text", text("a"), text("a"), true},
      {"another text", text("b"), text("a"), false},
      {"bytes for a text", "s" + raw(std::uint32_t{1}) + "a", text("a"), false},
      {"a number for a text", one, text("1"), false},
      {"a list", list({one, two}), list({one, two}), true},
      {"a tuple", tuple({one, tuple({two})}), list({one, list({two})}), true},
      {"a set", set({one}), list({one}), false},
      {"another order", list({two, one}), list({one, two}), false},
      {"a longer one", list({one, two}), list({one}), false},
      {"a shorter one", list({one}), list({one, two}), false},
      {"a list for its element", list({one}), one, false},
      {"an element for its list", one, list({one}), false},
      {"a dict", dict({text("b"), two, text("a"), one}), dict({text("a"), one, text("b"), two}), true},
      {"integers as keys", dict({one, two}), dict({text("1"), two}), true},
      {"a key for another", dict({text("c"), one}), dict({text("a"), one}), false},
      {"a value for another", dict({text("a"), two}), dict({text("a"), one}), false},
      {"a key too few", dict({}), dict({text("a"), one}), false},
      {"a key too many", dict({text("a"), one, text("b"), one}), dict({text("a"), one}), false},
      {"a key twice", dict({text("a"), one, text("a"), one}), dict({text("a"), one, text("b"), one}), false},
      {"a key as text and integer", dict({text("1"), one, one, one}), dict({text("1"), one}), false},
      {"a float as key", dict({real(1), one}), dict({text("1.0"), one}), false},
      {"a list as key", dict({list({}), one}), dict({text(""), one}), false},
      {"a list for a dict", list({text("a")}), dict({text("a"), one}), false},
      {"an instance of a subclass", instance(list({one})), list({one}), true},
      {"one that is shared", list({numbered(list({one})), reference(0)}), list({list({one}), list({one})}), true},
      {"an opaque value", opaque(), "N", false},
      {"nothing", "", "N", false},
      {"cut short", list({one}).substr(0, 6), list({one}), false},
      {"a reference to itself", numbered(list({reference(0)})), list({list({})}), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(is_right(row.out, row.exp) == row.right);
  }
}

TEST_CASE("a long result is held against JSON piece by piece", "[oracle]") {
  using Kind = ResultHeader::Kind;
  const Encoded one = integer(1), two = integer(2);
  const Encoded exp = list({one, two, list({one})});
  const auto is_right_in = [&](Kind kind, std::uint64_t elements, const std::vector<Encoded>& pieces,
                               const Encoded& expected) {
    JsonComparison comparison(expected);
    ResultHeader header;
    header.kind = kind;
    header.elements = elements;
    comparison.begin(header);
    for (const Encoded& piece : pieces) comparison.piece(bytes_of(piece));
    return comparison.end();
  };
  CHECK(is_right_in(Kind::list, 3, {list({one, two}), list({list({one})})}, exp));
  CHECK(is_right_in(Kind::tuple, 3, {list({one}), list({}), list({two, tuple({one})})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 2, {list({one, two})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 3, {list({one, two})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 3, {list({one, two, list({one}), two})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 3, {list({one, one}), list({list({one})})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 3, {list({one, two}), list({list({one})}), list({one})}, exp));
  CHECK_FALSE(is_right_in(Kind::list, 1, {list({one})}, one));
  CHECK_FALSE(is_right_in(Kind::raised, 0, {}, "N"));
  CHECK_FALSE(is_right_in(Kind::whole, 0, {}, "N"));
  CHECK_FALSE(is_right_in(Kind::whole, 0, {one, one}, one));
}
