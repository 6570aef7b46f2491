#include "harness/oracle/equals_itself.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"
#include "tests/harness/oracle/judge_calls.h"

namespace assay::harness {
namespace {

using namespace tests;  // NOLINT: the tables read better
using namespace std::string_literals;

TEST_CASE("a value surely equals another of the same bytes where nothing in it is NaN, opaque or malformed",
          "[oracle]") {
  struct Row {
    const char* what;
    Encoded value;
    bool sure;
  };
  const double nan = std::nan("");
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", "", false},
      {"an int", integer(7), true},
      {"a list", list({integer(1), text("a"), "N", "T", real(0.5), list({})}), true},
      {"tuples in a list", list({tuple({text("R"), text("G")}), tuple({})}), true},
      {"a reference to a text", list({numbered(text("R")), reference(0)}), true},
      {"a reference to the list that holds it", numbered(list({reference(0)})), false},
      {"a reference to a finished tuple", list({numbered(tuple({})), reference(0)}), false},
      {"a reference to nothing", list({reference(0)}), false},
      {"NaN", real(nan), false},
      {"NaN inside", list({real(1), real(nan)}), false},
      {"an infinity", real(HUGE_VAL), true},
      {"an opaque value", list({opaque()}), false},
      {"a set", set({integer(1)}), false},
      {"a dict", dict({integer(1), integer(2)}), false},
      {"half an int", "i\1\0"s, false},
      {"a text longer than its bytes", "u\xFF\0\0\0ab"s, false},
      {"a list longer than its bytes", "[\2\0\0\0N"s, false},
      {"a list of more than there ever was", "[\xFF\xFF\xFF\xFFN"s, false},
      {"two values", integer(1) + integer(2), false},
      {"a code that is not there", "c"s, false},
  }));
  CAPTURE(row.what);
  CHECK(equals_itself(bytes_of(row.value)) == row.sure);
}

TEST_CASE("pieces known to be the expected ones are judged as if they were compared", "[oracle]") {
  const double nan = std::nan("");
  struct Row {
    const char* what;
    std::vector<Encoded> pieces;
    std::uint64_t elements;
    bool passes;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"ints", {list({integer(1), integer(2)}), list({integer(3)})}, 3, true},
      {"floats, which are compared closely too", {list({real(1)}), list({real(2)})}, 2, true},
      {"NaN is not itself", {list({real(nan)}), list({real(2)})}, 2, false},
      {"an opaque element", {list({integer(1)}), list({opaque()})}, 2, false},
      {"a piece too few", {list({integer(1)})}, 2, false},
      {"not the list that a piece must be", {integer(1)}, 1, false},
  }));
  CAPTURE(row.what);
  const std::vector<datasets::Value> inputs(1);
  SetOracle oracle(datasets::Family::humaneval, "f", inputs, 0);
  const ExpectedResult expected{Kind::list, row.elements, {}};
  sandbox::ResultHeader header;
  header.kind = Kind::list;
  header.elements = row.elements;
  oracle.begin(0, header, expected);
  for (const Encoded& piece : row.pieces)
    if (!oracle.decided()) oracle.piece(bytes_of(piece), bytes_of(piece));
  CHECK((oracle.end() == Cause::none) == row.passes);
}

}  // namespace
}  // namespace assay::harness
