#include "datasets/formats/format.h"

#include "tests/catch.h"
#include "tests/datasets/canonical.h"

using namespace assay::datasets;
using assay::tests::canonical;

namespace {

const std::string evalplus =
    R"({"task_id": "Mbpp/2", "prompt": "P\n", "entry_point": "f", "canonical_solution": "S\n", )"
    R"("base_input": [[[1, 2], [3]]], "plus_input": [[[], [4]]], "atol": 1e-06, "contract": "ignored"})";
const std::string humaneval =
    R"({"task_id": "HumanEval/0", "prompt": "P", "entry_point": "f", "canonical_solution": "S", )"
    R"("test": "def check(candidate): pass"})";
const std::string mbpp =
    R"({"text": "T", "code": "def f(x):\r\n  return x", "task_id": 7, "test_setup_code": "a = 1", )"
    R"("test_list": ["assert f(1) == 1"], "challenge_test_list": ["assert f(2) == 3"]})";
const std::string sanitized =
    R"row({"source_file": "n", "task_id": 8, "prompt": "T", "code": "def f(x): return x", )row"
    R"row("test_imports": ["import math", "import re"], "test_list": ["assert math.isclose(f(1), 1)"]})row";
const std::string acecode = R"({"id": "oss_1", "source": "oss", "question": "Q", "inferences": [{"x": [1.5]}], )"
                            R"("test_cases": ["assert g(1) == 1", "assert g(2) == 2"]})";
const std::string asserts = R"({"prompt": "Q", "tests": ["assert h(1) == 1"]})";

Contents read(const std::string& content) {
  auto contents = read_problems(content, "folder/data.set.jsonl");
  INFO((contents ? std::string() : contents.error().message));
  REQUIRE(contents);
  return std::move(*contents);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("EvalPlus's format gives calls, with the inputs of MBPP+ restored", "[datasets][format]") {
  const Contents contents = read(evalplus + "\n\n \n" + replaced(evalplus, "Mbpp/2", "Mbpp/3") + "\n");
  CHECK(contents.format == Format::evalplus);
  CHECK(contents.family == Family::mbpp);
  REQUIRE(contents.problems.size() == 2);
  const Problem& problem = contents.problems[0];
  CHECK(problem.kind == TestKind::calls);
  CHECK(problem.task_id == "Mbpp/2");
  CHECK(problem.prompt == "P\n");
  CHECK(problem.entry_point == "f");
  CHECK(problem.canonical_solution == "S\n");
  CHECK(problem.atol == 1e-6);
  REQUIRE(problem.base_input.size() == 1);
  CHECK(canonical(problem.base_input[0]) == "[(i1;i2;)(i3;)]");
  REQUIRE(problem.plus_input.size() == 1);
  CHECK(canonical(problem.plus_input[0]) == "[()(i4;)]");
  CHECK(canonical(contents.problems[1].base_input[0]) == "[[i1;i2;][i3;]]");
}

TEST_CASE("an empty object stands for no plus inputs, as in Mbpp/793", "[datasets][format]") {
  const Contents contents = read(replaced(evalplus, "[[[], [4]]]", "{}"));
  CHECK(contents.problems[0].plus_input.empty());
}

TEST_CASE("HumanEval's format gives a check", "[datasets][format]") {
  const Contents contents = read(humaneval);
  CHECK(contents.format == Format::humaneval);
  CHECK(contents.family == Family::humaneval);
  const Problem& problem = contents.problems.at(0);
  CHECK(problem.kind == TestKind::check);
  CHECK(problem.entry_point == "f");
  CHECK(problem.canonical_solution == "S");
  CHECK(problem.test == "def check(candidate): pass");
}

TEST_CASE("MBPP's two formats give assertions with their setup, and no challenge tests", "[datasets][format]") {
  const Problem whole = read(mbpp).problems.at(0);
  CHECK(whole.kind == TestKind::assertions);
  CHECK(whole.task_id == "Mbpp/7");
  CHECK(whole.prompt == "T");
  CHECK(whole.canonical_solution == "def f(x):\r\n  return x");
  CHECK(whole.entry_point == "f");
  CHECK(whole.setup == "a = 1");
  CHECK(whole.tests == std::vector<std::string>{"assert f(1) == 1"});

  const Contents list = read("[\n  " + sanitized + "\n]\n");
  CHECK(list.format == Format::mbpp);
  CHECK(list.family == Family::mbpp);
  CHECK(list.problems.at(0).setup == "import math\nimport re\n");
  CHECK(list.problems.at(0).entry_point == "f");
}

TEST_CASE("assert lists may have their questions and tests under two names each", "[datasets][format]") {
  const Contents contents = read(acecode);
  CHECK(contents.format == Format::assert_list);
  CHECK(contents.family == Family::other);
  CHECK(contents.problems.at(0).task_id == "oss_1");
  CHECK(contents.problems.at(0).prompt == "Q");
  CHECK(contents.problems.at(0).entry_point == "g");
  CHECK(contents.problems.at(0).tests.size() == 2);
  CHECK(contents.problems.at(0).canonical_solution.empty());
  CHECK(read(asserts).problems.at(0).prompt == "Q");
  CHECK(read(asserts).problems.at(0).entry_point == "h");
}

TEST_CASE("rows of assert lists without an id are counted, repeated ids get numbers and a warning",
          "[datasets][format]") {
  CHECK(read(asserts + "\n" + asserts).problems.at(1).task_id == "data/1");
  const Contents twice = read(acecode + "\n" + acecode + "\n" + acecode);
  CHECK(twice.problems.at(0).task_id == "oss_1");
  CHECK(twice.problems.at(1).task_id == "oss_1#2");
  CHECK(twice.problems.at(2).task_id == "oss_1#3");
  CHECK(twice.warnings == std::vector<std::string>{"data: 2 repeated ids were given numbers (\"id#2\")"});
}

TEST_CASE("what a file lacks is said in one line with file, line and field", "[datasets][format]") {
  struct Row {
    std::string what, content, message;
  };
  const auto altered = [](const std::string& row, const std::string& what, const std::string& by) {
    return row + "\n" + replaced(replaced(row, "Mbpp/2", "Mbpp/3"), what, by);
  };
  const std::string at_2 = "folder/data.set.jsonl:2: ";
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", "", "folder/data.set.jsonl: it is empty"},
      {"blanks", " \n\n", "folder/data.set.jsonl: it is empty"},
      {"an empty list", "[]", "folder/data.set.jsonl: it holds no row"},
      {"not UTF-8", evalplus + "\n\"\xFF\"", at_2 + "not UTF-8 at column 2"},
      {"cut in a row", evalplus + "\n" + evalplus.substr(0, 90),
       at_2 + "not JSON at column " + std::to_string(evalplus.rfind('"', 89) + 1) + ": a string never ends"},
      {"two objects a line", evalplus + "\n" + mbpp + mbpp,
       at_2 + "not JSON at column " + std::to_string(mbpp.size() + 1) + ": something follows the row's object"},
      {"a row that is no object", evalplus + "\n17", at_2 + "a row must be an object, not a whole number"},
      {"an unknown format", R"({"a": 1})",
       "folder/data.set.jsonl:1: no known format: neither \"base_input\" (EvalPlus), \"test_list\" (MBPP), \"test\" "
       "and "
       "\"entry_point\" (HumanEval), nor \"test_cases\" or \"tests\" (assert lists) is given"},
      {"a row of another format", evalplus + "\n" + humaneval, at_2 + "\"base_input\": the field is missing"},
      {"a missing field", altered(evalplus, "\"prompt\"", "\"promt\""), at_2 + "\"prompt\": the field is missing"},
      {"a task twice", evalplus + "\n" + evalplus, at_2 + "\"task_id\": \"Mbpp/2\" stands there twice"},
      {"no task id", altered(evalplus, "\"Mbpp/3\"", "\"\""),
       at_2 + "\"task_id\": a task's id has 1 to 200 bytes and no control characters"},
      {"a control character in a task id", altered(evalplus, "Mbpp/3", "Mbpp/3\\n"),
       at_2 + "\"task_id\": a task's id has 1 to 200 bytes and no control characters"},
      {"a number for a string", altered(evalplus, "\"P\\n\"", "5"),
       at_2 + "\"prompt\": a string is expected, not a whole number"},
      {"no Python name", altered(evalplus, "\"f\"", "\"os.system\""),
       at_2 + "\"entry_point\": the name of a Python function is expected"},
      {"inputs that are no list", altered(evalplus, "[[[1, 2], [3]]]", "{\"a\": 1}"),
       at_2 + "\"base_input\": a list of inputs is expected, not an object"},
      {"an input that is no list", altered(evalplus, "[[[], [4]]]", "[[], null]"),
       at_2 + "\"plus_input[1]\": a list of arguments is expected, not null"},
      {"no base input", altered(evalplus, "[[[1, 2], [3]]]", "[]"),
       at_2 + "\"base_input\": there is no input, so any program would pass"},
      {"an input that its task cannot have", replaced(evalplus, "[[], [4]]", "[[], 4]"),
       "folder/data.set.jsonl:1: \"plus_input[0]\": a list is expected where a tuple is restored"},
      {"a tolerance that is no number", altered(evalplus, "1e-06", "\"0\""),
       at_2 + "\"atol\": a number is expected, not a string"},
      {"a negative tolerance", altered(evalplus, "1e-06", "-1"),
       at_2 + "\"atol\": a tolerance is finite and not negative"},
      {"an infinite tolerance", altered(evalplus, "1e-06", "1e999"),
       at_2 + "\"atol\": a tolerance is finite and not negative"},
      {"a test without check", replaced(humaneval, "check(", "chk("),
       "folder/data.set.jsonl:1: \"test\": it must define check(candidate)"},
      {"an MBPP id that is no number", replaced(mbpp, "7", "\"7\""),
       "folder/data.set.jsonl:1: \"task_id\": a whole number is expected, not a string"},
      {"no tests", replaced(mbpp, "[\"assert f(1) == 1\"]", "[]"),
       "folder/data.set.jsonl:1: \"test_list\": there is no test, so any program would pass"},
      {"a test that is no string", replaced(acecode, "\"assert g(2) == 2\"", "2"),
       "folder/data.set.jsonl:1: \"test_cases[1]\": a string is expected, not a whole number"},
      {"tests that are one string", replaced(asserts, "[\"assert h(1) == 1\"]", "\"assert h(1) == 1\""),
       "folder/data.set.jsonl:1: \"tests\": a list of strings is expected, not a string"},
      {"a list cut between rows", "[\n" + sanitized + ",\n",
       "folder/data.set.jsonl:3: not JSON at column 1: "
       "the list of rows never ends"},
      {"a list cut after a row", "[\n" + sanitized,
       "folder/data.set.jsonl:2: not JSON at column " + std::to_string(sanitized.size() + 1) +
           ": the list of rows never ends"},
      {"a row of a list that is no object", "[\n" + sanitized + ",\n 5]",
       "folder/data.set.jsonl:3: a row must be an object, not a whole number"},
      {"something after the list", "[" + sanitized + "]\n{}",
       "folder/data.set.jsonl:2: not JSON at column 1: something follows the list of rows"},
  }));
  CAPTURE(row.what);
  const auto contents = read_problems(row.content, "folder/data.set.jsonl");
  REQUIRE_FALSE(contents);
  CHECK(contents.error().code == Errc::malformed);
  CHECK(contents.error().message == row.message);
}

TEST_CASE("a file that was cut at any byte of its last row is refused whole", "[datasets][format]") {
  for (std::size_t size = 1; size < evalplus.size(); ++size) {
    const auto contents = read_problems(mbpp + "\n" + evalplus.substr(0, size), "cut.jsonl");
    CAPTURE(size);
    CHECK_FALSE(contents);
  }
}
