#include "datasets/formats/entry_point.h"

#include <map>

#include "datasets/load.h"
#include "tests/catch.h"

using namespace assay::datasets;

TEST_CASE("the function under test is the one that the asserts call", "[datasets][entry_point]") {
  struct Row {
    const char* what;
    std::vector<std::string> tests;
    std::string code, name;
  };
  const auto row = GENERATE(values<Row>({
      {"plain", {"assert f(1) == 2"}, "def f(x): pass", "f"},
      {"blanks before the bracket", {"assert f (1) == 2"}, "def f (x): pass", "f"},
      {"in parentheses", {"assert (f(1)) == 2"}, "def f(x): pass", "f"},
      {"negated", {"assert not f(1)"}, "def f(x): pass", "f"},
      {"inside a builtin", {"assert set(f([1])) == set([1])"}, "def f(x): pass", "f"},
      {"inside an attribute", {"assert math.isclose(f(1), 2)"}, "def f(x): pass", "f"},
      {"around a helper", {"assert f(g(1)) == 2"}, "def g(x): pass\ndef f(x): pass", "f"},
      {"around a class",
       {"assert f([Pair(1, 2)]) == 2"},
       "class Pair(object):\n  def f(self): pass\ndef f(x): pass",
       "f"},
      {"a class before it", {"assert Pair(1) == f(2)"}, "class Pair: pass\ndef f(x): pass", "f"},
      {"a class alone", {"assert Solution().g(1) == 2"}, "class Solution:\n    def g(self, x): pass", "Solution"},
      {"in a string", {"assert 'g(1)' == f(1)"}, "def g(x): pass\ndef f(x): pass", "f"},
      {"a prefixed string", {"assert f(r'g(') == 1"}, "def f(x): pass", "f"},
      {"in a comment", {"# g(1)\nassert f(1) == 1"}, "def g(x): pass\ndef f(x): pass", "f"},
      {"defined in a docstring only", {"assert g(f(1)) == 1"}, "'''\ndef g(x): pass\n'''\ndef f(x): pass", "f"},
      {"a method of that name", {"assert g(f(1)) == 1"}, "def f(x):\n  def g(y): pass\n", "f"},
      {"a lambda", {"assert f(1) == 1"}, "f = lambda x: x", "f"},
      {"compared, not assigned", {"assert f(g(1))"}, "f == 1\ndef g(x): pass", "g"},
      {"asynchronous", {"assert f(1)"}, "async def f(x): pass", "f"},
      {"carriage returns", {"assert f(1)"}, "import re\r\ndef f(x):\r\n  pass", "f"},
      {"a builtin's name, defined", {"assert sum(1, 2) == 3"}, "def sum(a, b): pass", "sum"},
      {"not defined", {"assert h(1) == 1"}, "def f(x): pass", ""},
      {"no code", {"assert f(1) == 2"}, "", "f"},
      {"no code, inside a builtin", {"assert sorted(f([1])) == [1]"}, "", "f"},
      {"no code, inside a rarer builtin", {"assert memoryview(f(b'x')) == b'x'"}, "", "f"},
      {"no code, in brackets behind a word", {"del (g)\nassert f(1) == 1"}, "", "f"},
      {"no code, what all tests call", {"assert norm(f(1)) == 2", "assert f(3) == 4"}, "", "f"},
      {"no code, nothing in common", {"assert f(1)", "assert g(1)"}, "", "f"},
      {"no code, no call", {"assert True"}, "", ""},
      {"no code, a builtin alone", {"assert len([1]) == 1"}, "", ""},
      {"a string that never ends", {"assert f('"}, "", "f"},
      {"no tests", {}, "def f(x): pass", ""},
  }));
  CAPTURE(row.what);
  CHECK(called_function(row.tests, row.code) == row.name);
}

TEST_CASE("helpers of the tests are not under test", "[datasets][entry_point]") {
  CHECK(called_function({"assert close(f(1), 2)", "assert close(f(2), 3)"}, {}, {"close"}) == "f");
  CHECK(called_function({"assert close(f(1), 2)"}, {}, {"close", "f"}).empty());
}

TEST_CASE("names by the hundred thousand are told apart at once", "[datasets][entry_point]") {
  std::string calls, defined;
  std::vector<std::string> others;
  for (int i = 0; i < 100'000; ++i) {
    calls += "f" + std::to_string(i) + "();";
    others.push_back("g" + std::to_string(i));
    defined += "def " + others.back() + "(): pass\n";
  }
  CHECK(called_function({calls, calls}, {}, others) == "f0");
  CHECK(called_function({calls}, defined).empty());
}

TEST_CASE("every task of MBPP has an entry point that all its tests call", "[datasets][entry_point]") {
  if (!assay::tests::have_shared()) ASSAY_SKIP("shared/data is absent");
  for (const char* file : {"mbpp.jsonl", "sanitized-mbpp.json"}) {
    const auto loaded = load((assay::tests::shared_dir() / "data" / file).string());
    REQUIRE(loaded);
    for (const Problem& problem : loaded->dataset.problems) {
      CAPTURE(file, problem.task_id);
      CHECK_FALSE(problem.entry_point.empty());
      for (const std::string& test : problem.tests) CHECK(test.find(problem.entry_point) != std::string::npos);
    }
  }
}

TEST_CASE("sanitized MBPP's tasks have the entry points that MBPP+ gives them", "[datasets][entry_point]") {
  if (!assay::tests::have_shared()) ASSAY_SKIP("shared/data is absent");
  const auto data = assay::tests::shared_dir() / "data";
  const auto plus = load((data / "MbppPlus.jsonl.gz").string());
  const auto sanitized = load((data / "sanitized-mbpp.json").string());
  REQUIRE(plus);
  REQUIRE(sanitized);
  std::map<std::string, std::string> names;
  for (const Problem& problem : sanitized->dataset.problems) names[problem.task_id] = problem.entry_point;
  for (const Problem& problem : plus->dataset.problems) {
    CAPTURE(problem.task_id);
    CHECK(names[problem.task_id] == problem.entry_point);
  }
}
