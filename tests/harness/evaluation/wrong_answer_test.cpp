#include "harness/evaluation/wrong_answer.h"

#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"
#include "tests/harness/oracle/python_pairs.h"

using namespace assay;
using namespace assay::tests;
using sandbox::Attempt;

namespace {

std::optional<Attempt> attempt_of(const Encoded& bytes) { return harness::attempt_in(bytes_of(bytes)); }

}  // namespace

TEST_CASE("bytes that are no value are undecodable, and values that no encoder makes are forged", "[evaluation]") {
  const Encoded one = integer(1);
  struct Row {
    const char* what;
    Encoded bytes;
    std::optional<Attempt> attempt;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", "", Attempt::undecodable},
      {"cut short", "i\x01", Attempt::undecodable},
      {"two values", one + one, Attempt::undecodable},
      {"a code object", "c" + std::string(64, '\0'), Attempt::undecodable},
      {"a pickle", "\x80\x04\x95.", Attempt::undecodable},
      {"text", R"({"passed": true})", Attempt::undecodable},
      {"a huge count", "[\xff\xff\xff\xff", Attempt::undecodable},
      {"a reference to what does not exist", list({reference(7)}), Attempt::undecodable},
      {"a fault behind a good beginning", list({one, one, "?"}), Attempt::undecodable},
      {"a wrapper in a wrapper", instance(instance(one)), Attempt::forged_type},
      {"a range of texts", "\x06" + text("a") + one + one, Attempt::forged_type},
      {"an integer", one, std::nullopt},
      {"a list of lists", list({list({one}), list({})}), std::nullopt},
      {"an instance of a subclass", instance(one), std::nullopt},
      {"a list within itself", numbered(list({reference(0)})), std::nullopt},
  }));
  CAPTURE(row.what);
  CHECK(attempt_of(row.bytes) == row.attempt);
}

TEST_CASE("what is nested too deep is no attempt, nor is what is too long to look at", "[evaluation]") {
  Encoded deep;
  for (int i = 0; i < 5000; ++i) deep += "[\x01" + std::string(3, '\0');
  CHECK_FALSE(attempt_of(deep + "N"));
  CHECK_FALSE(attempt_of(std::string((1 << 20) + 1, '?')));
  CHECK(attempt_of(std::string(1 << 20, '?')) == Attempt::undecodable);
}

TEST_CASE("nothing that Python encodes is an attempt", "[evaluation]") {
  for (const PythonPair& row : python_pairs) {
    CAPTURE(row.out_hex);
    CHECK_FALSE(attempt_of(from_hex(row.out_hex)));
    CHECK_FALSE(attempt_of(from_hex(row.exp_hex)));
  }
}
