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
