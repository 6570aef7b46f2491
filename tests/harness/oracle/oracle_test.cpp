#include "harness/oracle/oracle.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/harness/oracle/judge_calls.h"
#include "tests/harness/oracle/python_pairs.h"

using namespace assay;
using namespace assay::tests;
using datasets::Family;
using harness::SetOracle;

namespace {

const Encoded none = "N", yes = "T", no = "F";
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

datasets::Value number(const char* digits) { return {datasets::Integer{digits}}; }
datasets::Value numbers(std::initializer_list<const char*> all) {
  datasets::List made;
  for (const char* digits : all) made.items.push_back(number(digits));
  return {made};
}

}  // namespace

TEST_CASE("values compare as under EvalPlus, by equality, then by its tolerance", "[oracle]") {
  for (const PythonPair& row : python_pairs) {
    CAPTURE(row.out, row.exp, row.atol);
    CHECK(passes(from_hex(row.out_hex), from_hex(row.exp_hex), row.atol) == row.passes);
  }
}

TEST_CASE("dates and times equal those that say the same", "[oracle]") {
  const Encoded day = moment("date 2020-01-01");
  CHECK(passes(day, day));
  CHECK_FALSE(passes(moment("date 2020-01-02"), day));
  CHECK_FALSE(passes(moment("datetime 2020-01-01T00:00:00"), day));
  CHECK_FALSE(passes(none, day));
  CHECK_FALSE(passes(day, none));
  CHECK(passes(list({day, integer(1)}), list({day, integer(1)})));
  CHECK(passes(set({day, moment("timedelta 0 1 0")}), set({moment("timedelta 0 1 0"), day})));
}

TEST_CASE("an opaque value equals nothing and is not None", "[oracle]") {
  CHECK_FALSE(passes(opaque(), opaque()));
  CHECK_FALSE(passes(opaque(), none));
  CHECK(mbpp_passes("check_str", opaque(), integer(1)));
}

TEST_CASE("a subclass's instance equals what its builtin value equals", "[oracle]") {
  CHECK(passes(instance(text("a")), text("a")));
  CHECK_FALSE(passes(instance(text("a")), text("b")));
  CHECK(passes(instance(tuple({integer(1)})), tuple({integer(1)})));
  CHECK_FALSE(passes(instance(tuple({integer(1)})), list({integer(1)})));
}

TEST_CASE("shapes are not broadcast, neither by equality nor by tolerance", "[oracle]") {
  const Encoded array_of_one = from_hex(
      "0207000000666c6f6174363401000000010000006700000000000014"
      "40");  // np.array([5.0])
  CHECK_FALSE(passes(array_of_one, real(5)));
  CHECK(passes(array_of_one, list({real(5)})));
  CHECK_FALSE(passes(list({list({real(1)})}), list({list({real(1), real(1)})}), 1e-6));
}

TEST_CASE("a tolerance raised by a float among the expected values stays for later inputs", "[oracle]") {
  const std::vector<datasets::Value> inputs(3);
  const Encoded out = list({real(1), integer(2)}), exp = list({real(1.0000000001), integer(2)});
  SetOracle fresh(Family::humaneval, "f", inputs, 0);
  CHECK_FALSE(judge_call(fresh, 0, out, exp));  // not all are floats: exact
  SetOracle oracle(Family::humaneval, "f", inputs, 0);
  CHECK(judge_call(oracle, 0, real(0.5), real(0.5)));
  CHECK(judge_call(oracle, 1, out, exp));
  CHECK_FALSE(judge_call(oracle, 2, list({real(1), integer(2)}), list({real(1.1), integer(2)})));
}

TEST_CASE("what raises in EvalPlus raises no tolerance", "[oracle]") {
  const std::vector<datasets::Value> inputs(2);
  const Encoded out = list({real(1), integer(2)}), exp = list({real(1.0000000001), integer(2)});
  SetOracle oracle(Family::mbpp, "Diff", inputs, 0);
  CHECK_FALSE(judge_call(oracle, 0, integer(1), list({real(0.5)})));  // set(1)
  CHECK_FALSE(judge_call(oracle, 1, out, exp));
}

TEST_CASE("long sequences are compared piece by piece", "[oracle]") {
  const auto reference = GENERATE(Reference::kept, Reference::beside);
  const Encoded head = list({integer(1), integer(2)}), tail = list({integer(3)});
  const auto long_list = [](std::vector<Encoded> pieces) { return Answer(Kind::list, 3, std::move(pieces)); };
  const Answer expected = long_list({head, tail});
  CHECK(passes(expected, expected, 0, reference));
  CHECK(passes(long_list({list({real(1), yes}), tail}), long_list({list({yes, integer(1)}), tail}), 0, reference));
  CHECK_FALSE(passes(long_list({head, list({integer(4)})}), expected, 0, reference));
  CHECK_FALSE(passes(long_list({head}), expected, 0, reference));
  CHECK_FALSE(passes(long_list({head, list({})}), expected, 0, reference));
  CHECK_FALSE(passes(long_list({head, tail, tail}), expected, 0, reference));
  CHECK_FALSE(passes(Answer(Kind::tuple, 3, {head, tail}), expected, 0, reference));
  CHECK_FALSE(passes(Answer(Kind::list, 4, {head, tail}), expected, 0, reference));
  CHECK_FALSE(passes(head, expected, 0, reference));
  CHECK_FALSE(passes(long_list({head, none}), expected, 0, reference));
  CHECK_FALSE(passes(long_list({head, tail + "N"}), expected, 0, reference));
}

TEST_CASE("a long list of floats has its tolerance in every piece", "[oracle]") {
  const auto reference = GENERATE(Reference::kept, Reference::beside);
  const auto floats = [](double first, Encoded last) {
    return Answer(Kind::list, 3, {list({real(first), real(2)}), list({std::move(last)})});
  };
  CHECK(passes(floats(1, real(3)), floats(1 + 1e-9, real(3 + 1e-9)), 0, reference));
  CHECK_FALSE(passes(floats(1, real(3)), floats(1 + 1e-9, real(3.1)), 0, reference));
  CHECK_FALSE(passes(floats(1, real(3)), floats(1 + 1e-9, integer(3)), 0, reference));  // not all floats: exact
  CHECK_FALSE(passes(floats(1, text("a")), floats(1 + 1e-9, text("a")), 1e-6, reference));
}

TEST_CASE("an instance of a long list's subclass equals the list in pieces", "[oracle]") {
  const Answer pieces(Kind::list, 3, {list({integer(1), integer(2)}), list({integer(3)})});
  const Encoded whole = instance(list({integer(1), integer(2), integer(3)}));
  CHECK(passes(whole, pieces));
  CHECK(passes(pieces, whole));
  CHECK_FALSE(passes(instance(list({integer(1), integer(2)})), pieces));
  CHECK_FALSE(passes(instance(tuple({integer(1), integer(2), integer(3)})), pieces));
}

TEST_CASE("the set tasks compare what set() makes of both", "[oracle]") {
  struct Row {
    const char* what;
    Encoded out, exp;
    bool passes;
  };
  const auto row = GENERATE(values<Row>({
      {"order and repetition", list({integer(2), integer(1), integer(2)}), tuple({integer(1), integer(2)}), true},
      {"one too few", list({integer(1)}), list({integer(1), integer(2)}), false},
      {"one too many", list({integer(1), integer(2)}), list({integer(1)}), false},
      {"a dict's keys", dict({integer(1), none}), list({integer(1)}), true},
      {"a text's characters", text("a\xc3\xa9"), list({text("\xc3\xa9"), text("a")}), true},
      {"lists have no hash", list({list({})}), list({tuple({})}), false},
      {"nothing to iterate over", none, list({}), false},
      {"NaN equals nothing", list({real(not_a_number)}), list({real(not_a_number)}), false},
      {"numbers of several types", list({real(1), no}), list({integer(0), yes}), true},
      {"floats in order fall back on the tolerance", list({real(1)}), list({real(1 + 1e-9)}), true},
  }));
  CAPTURE(row.what);
  CHECK(mbpp_passes("Diff", row.out, row.exp) == row.passes);
  CHECK(SetOracle::iterates(Family::mbpp, "Diff"));
  CHECK_FALSE(SetOracle::iterates(Family::humaneval, "Diff"));
}

TEST_CASE("a long list's elements may repeat in a set task", "[oracle]") {
  const Answer out(Kind::list, 3, {list({integer(1), integer(2)}), list({integer(1)})});
  CHECK(mbpp_passes("Diff", out, list({integer(2), integer(1)})));
  CHECK_FALSE(mbpp_passes("Diff", out, list({integer(2)})));
  CHECK(mbpp_passes("Diff", list({integer(2), integer(1)}), out));
}

TEST_CASE("the not-None tasks look at bools and at None", "[oracle]") {
  CHECK(mbpp_passes("text_match_three", text("Found"), text("x")));
  CHECK(mbpp_passes("text_match_three", yes, text("x")));
  CHECK_FALSE(mbpp_passes("text_match_three", no, text("x")));
  CHECK_FALSE(mbpp_passes("text_match_three", none, text("x")));
  CHECK(mbpp_passes("text_match_three", none, none));
  CHECK(mbpp_passes("text_match_three", no, none));
}

TEST_CASE("special oracles take what their tasks allow", "[oracle]") {
  CHECK(mbpp_passes("are_equivalent", text("?"), yes));
  CHECK(mbpp_passes("sum_div", integer(0), integer(7)));
  CHECK(mbpp_passes("sum_div", real(0), integer(7)));
  CHECK_FALSE(mbpp_passes("sum_div", integer(1), integer(7)));
  CHECK(mbpp_passes("digit_distance_nums", integer(9), integer(3), {number("12"), number("345")}));  // 3, 3, 3
  CHECK_FALSE(mbpp_passes("digit_distance_nums", integer(8), integer(3), {number("12"), number("345")}));
  CHECK_FALSE(mbpp_passes("digit_distance_nums", integer(9), integer(3), {number("-12"), number("345")}));
  CHECK(mbpp_passes("surface_Area", integer(35), integer(33), {number("3"), number("4")}));
  CHECK(mbpp_passes("surface_Area", integer(33), integer(33), {number("3"), number("4")}));
  CHECK_FALSE(mbpp_passes("surface_Area", integer(34), integer(33), {number("3"), number("4")}));
  CHECK_FALSE(mbpp_passes("surface_Area", text("35"), integer(33), {number("3"), number("4")}));
}

TEST_CASE("any root of the polynomial passes", "[oracle]") {
  const std::vector<datasets::Value> inputs{{datasets::List{{numbers({"-6", "5", "-1"})}}}};  // (x - 2)(3 - x)
  struct Row {
    const char* what;
    Encoded out;
    bool passes;
  };
  const auto row = GENERATE(values<Row>({{"a root", real(2), true},
                                         {"the other", integer(3), true},
                                         {"near", real(2.00001), true},
                                         {"not near", real(2.1), false},
                                         {"NaN", real(not_a_number), false},
                                         {"too large for pow", real(1e300), false},
                                         {"text", text("2"), false},
                                         {"None", none, false}}));
  CAPTURE(row.what);
  SetOracle oracle(Family::humaneval, "find_zero", inputs, 1e-4);
  CHECK(judge_call(oracle, 0, row.out, real(2)) == row.passes);
}
