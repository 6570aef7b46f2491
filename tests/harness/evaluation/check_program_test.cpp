#include "harness/evaluation/check_program.h"

#include "tests/catch.h"

using namespace assay;
using namespace assay::harness;
using std::chrono::milliseconds;

TEST_CASE("what a prompt defines before its entry point is kept for the tests, the entry point is not",
          "[evaluation]") {
  struct Row {
    const char* what;
    const char* prompt;
    const char* helpers;
  };
  const auto row = GENERATE(values<Row>({
      {"a helper and an import", "import math\ndef poly(x):\n    return x\n\ndef f(x):\n    \"\"\"doc\"\"\"\n",
       "import math\ndef poly(x):\n    return x\n\n"},
      {"no helper", "def f(x):\n    ...\n", ""},
      {"a name that begins like it", "def f2(x):\n    pass\ndef f(x):\n", "def f2(x):\n    pass\n"},
      {"named in text only", "\"\"\"def f(x)\"\"\"\ndef g():\n    pass\n", ""},
      {"decorated", "import functools\n@functools.lru_cache\n@other\ndef f(x):\n", "import functools\n"},
      {"a helper is decorated", "@a\ndef g():\n    pass\ndef f(x):\n", "@a\ndef g():\n    pass\n"},
      {"async", "A = 1\nasync def f(x):\n", "A = 1\n"},
      {"nested, so not at the left margin", "class A:\n    def f(x):\n        pass\n", ""},
      {"the last definition counts", "def f():\n    pass\nB = 2\ndef f(x):\n", "def f():\n    pass\nB = 2\n"},
      {"empty", "", ""},
  }));
  CAPTURE(row.what);
  CHECK(prompt_helpers(row.prompt, "f") == row.helpers);
}

TEST_CASE("a HumanEval problem is one test that calls check with the entry point", "[evaluation]") {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::check;
  problem.prompt = "import math\ndef f(x):\n    pass\n";
  problem.entry_point = "f";
  problem.test = "def check(candidate):\n    assert candidate(1) == 1\n";
  const sandbox::CheckJob job = check_job(problem, "def f(x): return x", {});
  CHECK(job.program == "def f(x): return x");
  CHECK(job.entry_point == "f");
  CHECK(job.setup == "import math\n");
  REQUIRE(job.tests.size() == 1);
  CHECK(job.tests[0] == problem.test + "\ncheck(f)");
  CHECK(job.test_limit == milliseconds(4000));
  CHECK(job.set_limit == milliseconds(6000));
}

TEST_CASE("an assert list is a test a statement, after its setup", "[evaluation]") {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.prompt = "Write a function.";
  problem.entry_point = "f";
  problem.setup = "import math\n";
  problem.tests = {"assert f(1) == 1", "assert f(2) == 2"};
  const sandbox::CheckJob job = check_job(problem, "def f(x): return x", {1, 4});
  CHECK(job.setup == "import math\n");
  CHECK(job.tests == problem.tests);
  CHECK(job.test_limit == milliseconds(1000));
  CHECK(job.set_limit == milliseconds(4000));
}

TEST_CASE("whether tests can be split from a sample is told from the problem alone", "[evaluation]") {
  struct Row {
    const char* what;
    const char* setup;
    const char* test;
    bool shared;
  };
  const auto row = GENERATE(values<Row>({
      {"plain values", "", "assert f([1, 'Pair(1)'], key=(2,)) == {3: None}  # Pair(2)", false},
      {"names of the setup", "import math\nfrom os import (path as p, sep)\nx, (y, z) = 1, (2, 3)",
       "assert math.isclose(f(x + y), z) and p and sep", false},
      {"a helper's parameters", "def g(a, *b, c=1, **d):\n    return a + c", "assert g(f(1)) == 2", false},
      {"comprehensions and lambdas outside a call", "",
       "assert sorted([f(i) for i in range(3)], key=lambda v: -v)[0] == 2", false},
      {"attributes of results", "", "assert f(1).strip() == ''", false},
      {"exceptions", "", "try:\n    f(1)\nexcept ValueError as e:\n    assert str(e)", false},
      {"a test case", "import unittest",
       "class T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(f(1), 2)", false},
      {"a walrus and a loop", "", "for a, b in [(1, 2)]:\n    assert (c := f(a)) == b and c", false},
      {"a nested call", "", "assert f(f(len([1]))) == 1", false},
      {"a type outside of the call", "", "assert isinstance(f(1), int)", false},
      {"a class of the sample's", "", "assert f([Pair(5, 24)], 4) == 3", false},
      {"an exception of the sample's", "", "try:\n    f(1)\nexcept Mine:\n    pass", false},
      {"a function given", "", "assert f([1], lambda x: x) == [1]", true},
      {"a builtin function given", "", "assert f([1], len) == [1]", false},
      {"builtin functions in a list", "", "assert f([len, int]) == [1]", true},
      {"builtin functions that others are given", "",
       "assert f(list(map(int, '1 2'.split())), sorted([1], key=abs), [isinstance(1, int)], d=dict(a=len)) == 3",
       false},
      {"a type that names an array's", "import numpy as np", "assert f(np.array([1, 2], dtype=int)) == 3", false},
      {"functions that builtin ones are given", "def g(x): return x",
       "assert f(max([1], key=lambda x: x), [*map(g, [1])], {1: functools.reduce(g, [1])}) == 3", false},
      {"a function that another one is given", "def g(h): return h", "assert f(g(lambda x: x)) == 3", true},
      {"a lambda in a list", "", "assert f([1, (lambda x: x)]) == 3", true},
      {"builtin functions in a tuple within a dict", "", "assert f({1: (2, len)}) == 3", true},
      {"functions made by others", "", "assert f(1, functools.partial(pow, 2)) == 3", true},
      {"a subscript", "", "assert f({len: 1}[len]) == 3", true},
      {"a subscript alone", "x = {len: 1}", "assert f(x[len]) == 3", false},
      {"a dict with a builtin default", "from collections import defaultdict", "assert f(defaultdict(int)) == 1",
       false},
      {"one with another default", "from collections import defaultdict", "assert f(defaultdict(lambda: 1)) == 1",
       true},
      {"one within a list", "from collections import defaultdict", "assert f([defaultdict(int)]) == 1", true},
      {"a function of check's own, given to its candidate", "",
       "def check(candidate):\n    def h(x): return x\n    assert candidate(h) == 2\ncheck(f)", true},
      {"a lambda given to check's candidate", "", "def check(run):\n    assert run(lambda x: x) == 2\ncheck(f)", true},
      {"an attribute of check's candidate", "", "def check(candidate):\n    assert candidate.__doc__\ncheck(f)", true},
      {"a candidate that is called plainly", "",
       "def check(candidate):\n    assert candidate(sorted([1], key=abs)) == candidate(1)\ncheck(f)", false},
      {"a helper given", "def g(x): return x", "assert f(g) == 1", true},
      {"a class of the test's own", "class Node:\n    def go(self): pass", "assert f(Node()) == 1", true},
      {"another function, and all of a library's names", "from math import *", "assert f(1) == g(2)", false},
      {"another function, and all names of a module that nobody knows", "from m import *", "assert f(1) == g(2)", true},
      {"one that holds data alone", "class Node:\n    def __init__(self): self.x = 1", "assert f(Node()) == 1", false},
      {"two, of which one does", "class Node:\n    x: int\nclass Other:\n    def go(self): pass",
       "assert f(Node()) == 1", true},
      {"one that a test defines", "", "class Node:\n    pass\nassert f(Node()) == 1", true},
      {"an attribute of the entry point", "", "assert f.__doc__", true},
      {"another function of the sample's", "", "assert g(1) == 2", false},
      {"another function of the sample's that is handed a function", "", "assert g(lambda: f(1)) == 2", true},
      {"a method that is handed a function", "", "assert Group().map(lambda x: x) == f(1)", true},
      {"a method that is handed what a function of the test's returned", "", "assert Group().put(max([1, 2])) == f(1)",
       false},
      {"a decorator of the sample's", "", "@g\ndef h(x): return f(x)\nassert h(1) == 1", true},
      {"streams", "import io, sys", "sys.stdout = io.StringIO()\nf(1)\nassert sys.stdout.getvalue() == '1'", true},
      {"a module of both", "from unittest.mock import patch", "with patch('time.sleep'):\n    assert f(1) == 1", true},
      {"a coroutine", "import asyncio", "assert asyncio.run(f(1)) == 1", true},
      {"a setup that defines the entry point", "def f(x):\n    return 1", "assert f(1) == 1", true},
      {"one that assigns it", "from os import path\nif path:\n    g, f = len, abs", "assert f(1) == 1", true},
      {"one that imports it", "from os import path as f", "assert f(1) == 1", true},
      {"one with a parameter of its name", "def g(f, x=1):\n    return f == x", "assert g(f(1), x=2)", false},
      {"one with a keyword and a comprehension", "g = sorted([1], key=None)\nh = dict(f=1)\nk = [f for f in g]",
       "assert f(1) == 1", false},
  }));
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.entry_point = "f";
  problem.setup = row.setup;
  problem.tests = {row.test};
  CAPTURE(row.what);
  CHECK(check_job(problem, "", {}).shared == row.shared);
}

TEST_CASE("tests without a name to call share the sample's process", "[evaluation]") {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.tests = {"assert Stack().push(1) is None"};
  CHECK(check_job(problem, "", {}).shared);
  problem.entry_point = "Stack";
  CHECK_FALSE(check_job(problem, "", {}).shared);
}

TEST_CASE("objects of the sample's stay apart where tests make them, or the published solution does", "[evaluation]") {
  struct Row {
    const char* test;
    bool objects;
    std::vector<std::string> classes;
  };
  const Row row = GENERATE(values<Row>({
      {"assert Sum([1]) == 1", false, {}},
      {"s = Sum('a')\nassert s.startswith('a')", false, {}},
      {"s = Sum()\ns.push(1)\nassert s.pop() == 1", true, {"Sum"}},
      {"class T(unittest.TestCase):\n  def setUp(self):\n    self.s = Sum()\n  def test_a(self):\n    self.s.run()",
       true,
       {"Sum"}},
      {"assert Sum().run([1]) == 1", true, {"Sum"}},
      {"assert Sum.RED.value == 1", true, {"Sum"}},
      {"with Sum() as s:\n    assert s == 1", true, {"Sum"}},
      {"from solution import Sum, add\nassert add(Sum(1), 2) == 3", true, {}},
      {"from solution import Sum\nassert Sum(1) == 3", false, {}},
      {"from solution import Sum as s\nassert s(1) == Sum(3)", false, {}},
      {"assert add(1).size == 2", true, {}},
      {"import solution\nassert solution.add(1, 2) == 3", true, {}},
  }));
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.entry_point = "Sum";
  problem.tests = {row.test};
  CAPTURE(row.test);
  const auto job = check_job(problem, "", {});
  CHECK_FALSE(job.shared);
  CHECK(job.objects == row.objects);
  CHECK(job.classes == row.classes);
  problem.canonical_solution = "import os\nclass Sum:\n    pass";
  CHECK(check_job(problem, "", {}).objects);
}

TEST_CASE("modules that tests use and import nowhere are imported for them", "[evaluation]") {
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.entry_point = "f";
  problem.setup = "x = 1\n";
  problem.tests = {"assert f(math.pi) == sys.getsizeof(x)"};
  const sandbox::CheckJob job = check_job(problem, "", {});
  CHECK(job.setup == "import math\nimport sys\nx = 1\n");
  CHECK_FALSE(job.shared);
}

TEST_CASE("tests of many thousand calls, brackets and classes are read at once", "[evaluation][volume]") {
  const auto times = [](std::string_view text) {
    std::string all;
    for (int i = 0; i < 30'000; ++i) all += text;
    return all;
  };
  datasets::Problem problem;
  problem.kind = datasets::TestKind::assertions;
  problem.entry_point = "f";
  for (const char* text : {"f(", "f([", "class ", "lambda ", "for ", "a = ", "f(1)\n", "f(1);", "from ", "def f(", "{",
                           ")", "= f", "A(1).b", "a = A(1)\na.b\n", "a.b(", "@f\n"}) {
    CAPTURE(text);
    problem.tests = {times(text)};
    problem.setup = problem.tests.front();
    CHECK(check_job(problem, "", {}).tests == problem.tests);
  }
  // As deep as Python reads, a function that is handed over is seen.
  const std::string deep = std::string(150, '(') + "f(lambda: 1)" + std::string(150, ')');
  problem.setup.clear();
  problem.tests = {deep};
  CHECK(check_job(problem, "", {}).shared);
}
