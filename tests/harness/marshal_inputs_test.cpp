#include "harness/marshal_inputs.h"

#include <limits>

#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"

using namespace assay;
using namespace assay::tests;
using datasets::Value;

namespace {

/// Python: sum of digits[i] << 15 * i; its sign in the count.
Encoded big(std::int32_t count, const std::vector<std::uint16_t>& digits) {
  std::string bytes = "l" + raw(count);
  for (const std::uint16_t digit : digits) bytes += raw(digit);
  return bytes;
}

}  // namespace

TEST_CASE("inputs become the bytes that Python's marshal reads", "[marshal_inputs]") {
  struct Row {
    const char* what;
    Value value;
    Encoded bytes;
  };
  using namespace datasets;
  const std::string long_text(300, 'x');
  const auto row = GENERATE_COPY(values<Row>({
      {"None", {None{}}, "N"},
      {"True", {true}, "T"},
      {"zero", {Integer{"0"}}, integer(0)},
      {"negative zero", {Integer{"-0"}}, integer(0)},
      {"the largest of 32 bits", {Integer{"2147483647"}}, integer(2147483647)},
      {"one more", {Integer{"2147483648"}}, big(3, {0, 0, 2})},
      {"the smallest of 32 bits", {Integer{"-2147483648"}}, integer(-2147483647 - 1)},
      {"one less", {Integer{"-2147483649"}}, big(-3, {1, 0, 2})},
      {"2^60", {Integer{"1152921504606846976"}}, big(5, {0, 0, 0, 0, 1})},
      {"10^30", {Integer{"1000000000000000000000000000000"}}, big(7, {0, 0, 14249, 13223, 19716, 26003, 807})},
      {"a float", {Float{"1e-7"}}, real(1e-7)},
      {"infinity", {Float{"-Infinity"}}, real(-std::numeric_limits<double>::infinity())},
      {"a complex number", {Complex{{"1"}, {"-2.5"}}}, "y" + raw(1.0) + raw(-2.5)},
      {"text",
       {String{"abc"}},
       "z\x03"
       "abc"},
      {"long text", {String{long_text}}, "a" + raw(std::uint32_t{300}) + long_text},
      {"a lone surrogate", {String{"\xed\xa0\x80"}}, text("\xed\xa0\x80")},
      {"a list", {List{{{true}, {None{}}}}}, list({"T", "N"})},
      {"a tuple", {Tuple{{{true}}}}, ")\x01T"},
      {"a set", {Set{{{true}}}}, set({"T"})},
      {"a dict", {Dict{{{{true}, {None{}}}}}}, dict({"T", "N"})},
  }));
  CAPTURE(row.what);
  CHECK(harness::marshal_input(row.value) == row.bytes);
}
