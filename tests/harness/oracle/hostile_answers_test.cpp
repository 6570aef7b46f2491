/// Bytes that no honest sample sends.
#include <random>

#include "harness/oracle/expected_result.h"
#include "sandbox/wire/value_check.h"
#include "tests/catch.h"
#include "tests/harness/oracle/judge_calls.h"
#include "tests/harness/oracle/python_pairs.h"

using namespace assay;
using namespace assay::tests;

TEST_CASE("forged bytes are a wrong answer", "[oracle]") {
  const Encoded one = integer(1), two = integer(2);
  struct Row {
    const char* what;
    Encoded out, exp;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", "", one},
      {"cut short", "i\x01", one},
      {"more than one value", one + one, one},
      {"a list that holds itself", numbered(list({reference(0)})), list({list({})})},
      {"a reference to what does not exist", list({reference(7)}), list({one})},
      {"a set that holds a value twice", set({one, one}), set({one, two})},
      {"a dict that holds a key twice", dict({one, one, one, one}), dict({one, one, two, one})},
      {"a dict without an end", "{" + one + one, dict({one, one})},
      {"a huge count", "[\xff\xff\xff\xff", list({one})},
      {"an integer with a leading zero", std::string("l\x02\0\0\0\x01\0\0\0", 9), one},
      {"code objects are not read", "c" + std::string(64, '\0'), one},
      {"a wrapper in a wrapper", instance(instance(one)), one},
      {"a fraction with denominator 0", "\x04" + one + integer(0), one},
      {"a range with step 0", "\x06" + one + one + integer(0), "\x06" + one + one + one},
  }));
  CAPTURE(row.what);
  CHECK_FALSE(passes(row.out, row.exp));
  CHECK_FALSE(passes(row.out, row.exp, 1e-6));
  CHECK_FALSE(mbpp_passes("Diff", row.out, list({one, two})));
}

TEST_CASE("values nested deeper than Python compares are a wrong answer", "[oracle]") {
  Encoded deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "[\x01" + std::string(3, '\0');
  deep += "N";
  CHECK_FALSE(passes(deep, deep));
  CHECK_FALSE(mbpp_passes("are_equivalent", deep, Encoded("T")));
}

TEST_CASE("sharing makes no walk longer than the expected value", "[oracle]") {
  // Each tuple holds the next one twice: 2^64 values when walked as a tree.
  Encoded nested;
  for (int i = 0; i < 64; ++i) nested += numbered("(") + raw(std::uint32_t{2});
  nested += numbered(tuple({}));
  for (std::uint32_t i = 64; i > 0; --i) nested += reference(i);
  const Encoded plain = tuple({tuple({tuple({}), tuple({})}), tuple({tuple({}), tuple({})})});
  CHECK_FALSE(passes(nested, plain));
  CHECK_FALSE(passes(set({nested}), set({plain})));
  CHECK_FALSE(passes(dict({nested, "N"}), dict({plain, "N"})));
  CHECK_FALSE(mbpp_passes("Diff", list({nested}), list({plain})));
  CHECK(mbpp_passes("check_str", nested, text("x")));
}

TEST_CASE("a set task gives up on an answer that repeats itself without end", "[oracle]") {
  std::vector<Encoded> pieces(300, list(std::vector<Encoded>(4096, integer(1))));
  const std::uint64_t count = pieces.size() * 4096;
  const Answer repeated(Kind::list, count, std::move(pieces));
  CHECK_FALSE(mbpp_passes("Diff", repeated, list({integer(1)})));
}

TEST_CASE("a sequence of another length than is expected is wrong before its first piece", "[oracle]") {
  const std::vector<datasets::Value> inputs(1);
  const harness::ExpectedResult two{Kind::whole, 0, {list({integer(1), integer(2)})}},
      one{Kind::whole, 0, {integer(1)}};
  for (const auto& [expected, elements, wrong] :
       {std::tuple(&two, 1ULL << 40, true), {&two, 3ULL, true}, {&two, 2ULL, false}, {&one, 1ULL, true}}) {
    CAPTURE(elements);
    harness::SetOracle oracle(datasets::Family::humaneval, "f", inputs, 0);
    sandbox::ResultHeader header;
    header.kind = Kind::list;
    header.elements = elements;
    oracle.begin(0, header, *expected);
    CHECK(oracle.wrong() == wrong);
  }
}

TEST_CASE("what is damaged so that it is no value any more passes no comparison", "[oracle]") {
  std::mt19937 random(17);  // NOLINT: the same bytes each time
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  std::size_t damaged = 0;
  for (const PythonPair& row : python_pairs) {
    const Encoded exp = from_hex(row.exp_hex);
    for (int i = 0; i < 60; ++i) {
      Encoded out = from_hex(i % 2 == 0 ? row.out_hex : row.exp_hex);
      for (std::size_t change = 0; change <= below(3); ++change) {
        if (out.empty()) break;
        const std::size_t at = below(out.size());
        switch (below(4)) {
          case 0:
            out[at] = static_cast<char>(random());
            break;
          case 1:
            out.resize(at);
            break;
          case 2:
            out.insert(at, 1, static_cast<char>(random()));
            break;
          default:
            out.insert(at, out.substr(below(out.size())));
            break;
        }
      }
      passes(exp, out, 1e-6);  // nor does an expected value's shape crash it
      const std::vector<bool> passed = {
          passes(out, exp, i % 3 == 0 ? 1e-6 : 0),
          mbpp_passes(i % 2 == 0 ? "Diff" : "sum_div", out, exp),
          passes(Answer(Kind::list, 2, {out, out}), Answer(Kind::list, 2, {exp, exp}), 1e-6),
          passes(out, Answer(Kind::tuple, 2, {exp, exp})),
      };
      if (sandbox::form_of(out) != sandbox::Form::malformed) continue;
      ++damaged;
      CAPTURE(row.out_hex, row.exp_hex, out);
      CHECK(passed == std::vector<bool>(passed.size(), false));
    }
  }
  CHECK(damaged > 100);
}

TEST_CASE("random bytes pass no comparison, unless they are a value", "[oracle]") {
  std::mt19937 random(4);  // NOLINT
  constexpr std::string_view codes =
      "NTFilgyzZaAuts()[{<>r0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";
  int malformed = 0;
  for (int i = 0; i < 20'000; ++i) {
    Encoded a, b;
    for (Encoded* bytes : {&a, &b}) {
      while (random() % 24 != 0) {
        if (random() % 3 != 0)
          *bytes += static_cast<char>(codes[random() % codes.size()] | (random() % 2 ? 0x80 : 0));
        else
          *bytes += raw(static_cast<std::uint32_t>(random() % 3));
      }
    }
    passes(a, a);
    const bool passed = passes(a, b, 1e-6) || mbpp_passes("similar_elements", a, b);
    if (sandbox::form_of(a) != sandbox::Form::malformed) continue;
    ++malformed;
    CAPTURE(a, b);
    CHECK_FALSE(passed);
  }
  CHECK(malformed > 10'000);
}

TEST_CASE("an expected result survives the store, and damage to it is told", "[oracle]") {
  using harness::ExpectedResult;
  const ExpectedResult result{Kind::tuple, 5000, {"one", "", std::string("t\0o", 3)}};
  const std::string bytes = result.to_bytes();
  const auto read = ExpectedResult::from_bytes(bytes);
  REQUIRE(read);
  CHECK(read->kind == result.kind);
  CHECK(read->elements == result.elements);
  CHECK(read->pieces == result.pieces);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(ExpectedResult::from_bytes(bytes.substr(0, size)));
  CHECK_FALSE(ExpectedResult::from_bytes(bytes + "x"));
  CHECK_FALSE(ExpectedResult::from_bytes("\x09" + bytes.substr(1)));
}
