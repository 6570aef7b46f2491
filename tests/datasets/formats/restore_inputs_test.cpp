#include "datasets/formats/restore_inputs.h"

#include "datasets/formats/python_number.h"
#include "datasets/json_reader.h"
#include "tests/catch.h"
#include "tests/datasets/canonical.h"

using namespace assay::datasets;
using assay::tests::canonical;

namespace {

Value python_value(std::string_view json) {
  std::size_t budget = 100'000;
  auto value = JsonReader(json, budget).value();
  REQUIRE(value);
  return std::move(*value);
}

}  // namespace

TEST_CASE("one task of each rule has its inputs restored", "[datasets][restore]") {
  struct Row {
    const char *task_id, *json, *restored;
  };
  const auto row = GENERATE(values<Row>({
      {"HumanEval/2", "[[1]]", "[[i1;]]"},
      {"Mbpp/3", "[[1]]", "[[i1;]]"},
      {"Mbpp/x", "[[1]]", "[[i1;]]"},
      {"Mbpp/2", "[[1],[[2]],\"h\xC3\xA9\",{\"k\":1}]", "[(i1;)([i2;])(s1:hs2:\xC3\xA9)(s1:k)]"},
      {"Mbpp/63", "[[[1],[2,[3]]]]", "[[(i1;)(i2;[i3;])]]"},
      {"Mbpp/75", "[[[1],[2]],3,4]", "[[(i1;)(i2;)]i3;]"},
      {"Mbpp/106", "[[1],[2]]", "[[i1;](i2;)]"},
      {"Mbpp/115", "[[[1,1.0,true,2],[],5]]", "[[<i1;i2;>{}{}]]"},
      {"Mbpp/124", "[\"1e-100\",\"(-0-1j)\"]", "(f2b2bff2ee48e0530;c8000000000000000,bff0000000000000;)"},
      {"Mbpp/252", "[1]", "[c3ff0000000000000,0000000000000000;]"},
      {"Mbpp/250", "[[1],2]", "[(i1;)i2;]"},
      {"Mbpp/259", "[[[1],[2]],[[3]]]", "[((i1;)(i2;))((i3;))]"},
      {"Mbpp/278", "[[1,[2,[3]],\"a\"]]", "[(i1;(i2;[i3;])s1:a)]"},
      {"Mbpp/307", "[[1],2,3]", "[(i1;)i2;i3;]"},
      {"Mbpp/722", "[{\"a\":[1],\"b\":[2]},3,4]", "[{s1:a(i1;)s1:b(i2;)}i3;i4;]"},
      {"Mbpp/580", "[[1,[2,[]]],3]", "((i1;(i2;()))i3;)"},
  }));
  CAPTURE(row.task_id);
  std::vector<Value> inputs{python_value(row.json)};
  REQUIRE_FALSE(restore_inputs(row.task_id, inputs));
  CHECK(canonical(inputs[0]) == row.restored);
}

TEST_CASE("an input that its task's rule cannot restore is named", "[datasets][restore]") {
  struct Row {
    const char *task_id, *json;
  };
  const auto row = GENERATE(values<Row>({
      {"Mbpp/2", "[1]"},
      {"Mbpp/63", "[[1]]"},
      {"Mbpp/75", "[[[1]]]"},
      {"Mbpp/106", "[1,2]"},
      {"Mbpp/115", "[[[[1]]]]"},
      {"Mbpp/124", "[\"x\",\"1j\"]"},
      {"Mbpp/252", "[\"1+j2\"]"},
      {"Mbpp/252", "[null]"},
      {"Mbpp/278", "[]"},
      {"Mbpp/307", "[[1],2]"},
      {"Mbpp/722", "[[1]]"},
      {"Mbpp/722", "[{\"a\":1}]"},
  }));
  CAPTURE(row.task_id, row.json);
  std::vector<Value> inputs{python_value(row.json)};
  const auto failure = restore_inputs(row.task_id, inputs);
  REQUIRE(failure);
  CHECK(failure->input == 0);
  CHECK_FALSE(failure->what.empty());
}

TEST_CASE("strings become complex numbers as Python's complex() reads them", "[datasets][restore]") {
  struct Row {
    std::string text, real, imag;  ///< empty: Python raises
  };
  const auto row = GENERATE(values<Row>({
      {"1", "1", "0"},
      {"1j", "0", "1"},
      {"j", "0", "1"},
      {"-J", "0", "-1"},
      {"1+2j", "1", "+2"},
      {"1-j", "1", "-1"},
      {" ( -1.5e3-2E-1j ) ", "-1.5e3", "-2E-1"},
      {".5+5.j", ".5", "+5."},
      {"-inf+nanj", "-Infinity", "NaN"},
      {"Infinity-INFj", "Infinity", "-Infinity"},
      {"(-0-0j)", "-0", "-0"},
      {"", "", ""},
      {"()", "", ""},
      {"1+2", "", ""},
      {"1 + 2j", "", ""},
      {"1+j2", "", ""},
      {"2jj", "", ""},
      {"e5", "", ""},
      {"1e", "", ""},
      {"((1))", "", ""},
      {"1+-2j", "", ""},
  }));
  CAPTURE(row.text);
  const auto number = python_complex(Value{String{row.text}});
  REQUIRE(number.has_value() == !row.real.empty());
  if (!number) return;
  CHECK(number->real.text == row.real);
  const auto unsigned_text = [](const std::string& text) { return text.starts_with('+') ? text.substr(1) : text; };
  CHECK(unsigned_text(number->imag.text) == unsigned_text(row.imag));
}

TEST_CASE("a set takes for one what Python calls equal", "[datasets][restore]") {
  struct Row {
    Value left, right;
    bool equal;
  };
  const Value big{Integer{"9007199254740993"}};
  const auto row = GENERATE_COPY(values<Row>({
      {{Integer{"1"}}, {Float{"1.0"}}, true},
      {{true}, {Integer{"1"}}, true},
      {{Float{"-0.0"}}, {false}, true},
      {{Float{"0.1"}}, {Float{"1e-1"}}, true},
      {{Float{"NaN"}}, {Float{"NaN"}}, false},
      {{Float{"Infinity"}}, {Float{"1e999"}}, true},
      {big, {Float{"9007199254740993.0"}}, false},
      {{Integer{"1"}}, {String{"1"}}, false},
      {{None{}}, {None{}}, true},
      {{None{}}, {false}, false},
      {{Tuple{{{Integer{"1"}}}}}, {Tuple{{{Float{"1.0"}}}}}, true},
      {{Tuple{{{Integer{"1"}}}}}, {Tuple{{}}}, false},
  }));
  CHECK(equal_in_set(row.left, row.right) == row.equal);
  CHECK(equal_in_set(row.right, row.left) == row.equal);
}
