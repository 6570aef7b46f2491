// Calls as readers see them.
#include "harness/python_call.h"

#include "harness/python_text.h"
#include "tests/catch.h"

namespace assay::harness {
namespace {

using namespace datasets;

TEST_CASE("a call is written as Python reads it", "[report]") {
  const Value arguments{
      List{{Value{None{}}, Value{true}, Value{Integer{"-12"}}, Value{Float{"1e-7"}},
            Value{String{"it's\n\x01 \xc3\xa9"}}, Value{Tuple{{Value{Integer{"1"}}}}}, Value{Set{{}}},
            Value{Set{{Value{Integer{"2"}}}}}, Value{Dict{{{Value{String{"a'\"\\"}}, Value{List{{}}}}}}}}}};
  CHECK(python_call("f", arguments, 1000) ==
        "f(None, True, -12, 1e-07, \"it's\\n\\x01 \xc3\xa9\", (1,), set(), {2}, {'a\\'\"\\\\': []})");
  CHECK(python_call("f", Value{List{{}}}, 1000) == "f()");
}

TEST_CASE("a call that is too long is cut between two characters", "[report]") {
  const Value arguments{List{{Value{String{std::string(1'000'000, 'x')}}, Value{Integer{std::string(100'000, '1')}}}}};
  CHECK(python_call("f", arguments, 10) == "f('xxxxxxx…");
  CHECK(python_call("f", Value{Tuple{{Value{String{"\xc3\xa9\xc3\xa9\xc3\xa9"}}}}}, 6) == "f('\xc3\xa9…");
  CHECK(python_call("f", Value{List{{Value{Integer{"12"}}}}}, 5) == "f(12)");
  CHECK(python_call("f", Value{List{{Value{Integer{"123"}}}}}, 5) == "f(123…");
}

TEST_CASE("bytes are written as Python writes them", "[report]") {
  PythonText text(100);
  text.add_bytes("a'\n\xff");
  CHECK(text.finish() == "b'a\\'\\n\\xff'");
}

}  // namespace
}  // namespace assay::harness
