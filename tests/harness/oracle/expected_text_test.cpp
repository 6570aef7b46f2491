// Expected results as readers see them.
#include "harness/oracle/expected_text.h"

#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"

namespace assay::harness {
namespace {

using namespace tests;  // NOLINT: the tables read better
using Kind = sandbox::ResultHeader::Kind;

ExpectedResult whole(Encoded value) { return {Kind::whole, 0, {std::move(value)}}; }

TEST_CASE("an expected value is written as Python writes it", "[oracle]") {
  struct Row {
    const char* written;
    Encoded value;
  };
  const auto row = GENERATE(values<Row>({
      {"None", "N"},
      {"True", "T"},
      {"-7", integer(-7)},
      {"18446744073709551616", from_hex("ec0500000000000000000000001000")},
      {"Fraction(1000000000000000000000000000001, 2)", from_hex("046c0700000001000000a937a733044d936527036902000000")},
      {"range(0, 3, 1)", from_hex("06690000000069030000006901000000")},
      {"Decimal('1.0')", from_hex("0303000000312e30")},
      {"0.1", real(0.1)},
      {"2.0", real(2)},
      {"complex(0.0, 0.0)", from_hex("f900000000000000000000000000000000")},
      {"'a\\n'", text("a\n")},
      {"[1, 'b', []]", list({integer(1), text("b"), list({})})},
      {"(1,)", tuple({integer(1)})},
      {"()", tuple({})},
      {"{1}", set({integer(1)})},
      {"set()", set({})},
      {"frozenset({1})", frozenset({integer(1)})},
      {"{'a': [1], 'b': None}", dict({text("a"), list({integer(1)}), text("b"), "N"})},
      {"['ab', 'ab', [2], [2]]",
       list({numbered(text("ab")), reference(0), numbered(list({integer(2)})), reference(1)})},
      {"<Any>", opaque()},
      {"<date 2020-01-01>", moment("date 2020-01-01")},
      {"5", instance(integer(5))},
  }));
  CAPTURE(row.written);
  CHECK(expected_text(whole(row.value), 1000) == row.written);
}

TEST_CASE("an expected value that came in pieces is one list, and is cut where it is long", "[oracle]") {
  const ExpectedResult pieces{Kind::list, 3, {list({integer(1), integer(2)}), list({integer(3)})}};
  CHECK(expected_text(pieces, 1000) == "[1, 2, 3]");
  CHECK(expected_text({Kind::tuple, 1, {list({integer(1)})}}, 1000) == "(1,)");
  CHECK(expected_text(pieces, 5) == "[1, 2…");
  CHECK(expected_text(whole(list({text(std::string(100'000, 'x')), "N"})), 4) == "['xx…");
}

TEST_CASE("nothing is shown of an expected value that is not kept, or is damaged", "[oracle]") {
  CHECK(expected_text({Kind::list, 100'000, {}}, 1000).empty());
  const auto damaged = GENERATE(values<Encoded>({"", "c", "i\1", "[\2", numbered(list({reference(0)}))}));
  CHECK(expected_text(whole(damaged), 1000).empty());
}

TEST_CASE("an integer of thousands of bits is told by its size", "[oracle]") {
  std::string digits;
  constexpr std::int32_t count = 1000;
  for (std::int32_t i = 0; i < count; ++i) digits += raw(std::uint16_t{1});
  CHECK(expected_text(whole("l" + raw(-count) + digits), 1000) == "<negative integer of 15000 bits>");
}

}  // namespace
}  // namespace assay::harness
