// What is wrong with the tests themselves, whatever the sample.
#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "tests/catch.h"
#include "tests/sandbox/checked.h"
#include "tests/sandbox/jail.h"

using namespace assay::sandbox;
using assay::tests::check;
using assay::tests::Seen;

TEST_CASE("what is wrong with the tests themselves is told apart from what the sample does", "[check]") {
  NEEDS_JAIL();
  struct Row {
    const char *what, *program, *setup, *test, *told;  ///< `told` is the beginning
  };
  const char* const fine = "def f(x): return x";
  const char* const bad_syntax = "the test is no valid Python: SyntaxError: ";
  const auto row = GENERATE_COPY(values<Row>({
      {"all is well", fine, "import math", "assert f(1) == 1", ""},
      {"a test that does not compile", fine, "", "assert f(1) == ", bad_syntax},
      {"a setup that does not compile", fine, "def (", "assert f(1) == 1", "the setup is no valid Python: SyntaxError"},
      {"a setup that raises", fine, "import nosuchmodule", "assert f(1) == 1",
       "the setup raised before it called the program: ModuleNotFoundError: No module named 'nosuchmodule'"},
      {"a setup that ends the process", fine, "raise SystemExit", "f(1)", "the setup raised before it called"},
      {"a test that ends the process", fine, "", "import os\nos._exit(0)\nassert f(1) == 1",
       "the tests end their own process"},
      {"a test that never calls the program", fine, "", "async def a():\n  assert f(1) == 1",
       "the tests never call the program"},
      {"one in text alone", fine, "", "# assert f(1) == 2", "the tests never call the program"},
      {"a function that needs arguments", fine, "", "def check(g):\n  assert g(1) == f(1)", "the tests never call"},
      {"a test that fails before it calls the program", fine, "", "assert 0, f(1)", ""},
      {"one that uses what the setup had of it", fine, "y = f(1)", "assert y == 1 # f(1)", ""},
      // What the sample, or a neighbour, may have had a hand in stays a failure.
      {"a setup that the sample fails", "def f(x): raise ValueError", "y = f(1)", "assert y == 1", ""},
      {"a setup that fails after it called the sample", fine, "y = f(0)\n1 // y", "assert y == 1", ""},
      {"a setup that is short of memory", fine, "bytearray(1 << 40)", "assert f(1) == 1", ""},
      {"a setup that gets no file", fine, "open('/absent')", "assert f(1) == 1", ""},
      {"a SyntaxError of the sample's", "def f(x): compile('(', '', 'eval')", "", "f(1)", ""},
      {"a test that raises one", fine, "", "f(1)\neval('(')", ""},
      {"frames of that kind from the sample", "import os, struct\nos.write(4, struct.pack('<BI', 2, 1) + b'S')", "",
       "f(1)", ""},
  }));
  CAPTURE(row.what);
  const Seen seen = check(row.program, {row.test}, row.setup);
  CAPTURE(seen.raised, seen.detail, seen.bad_tests);
  if (*row.told == '\0')
    CHECK(seen.bad_tests.empty());
  else
    CHECK_THAT(seen.bad_tests, Catch::StartsWith(row.told));
}

TEST_CASE("a test that is no Python leaves the others as they are", "[check]") {
  NEEDS_JAIL();
  const Seen seen = check("def f(x): return x", {"assert f(1) == 1", "assert f(2) == ", "assert f(3) == 3"});
  CHECK(seen.marks == ".!.");
  CHECK_THAT(seen.bad_tests, Catch::Contains("assert f(2) =="));
}

TEST_CASE("where tests and sample share a process, only what comes before the sample runs tells of bad tests",
          "[check]") {
  NEEDS_JAIL();
  CheckJob job;
  job.program = "def f(x): return x";
  job.entry_point = "f";
  job.shared = true;
  job.tests = {"assert f(1) == 1", "assert f(2) == "};
  CHECK(check(job).marks == ".!");
  CHECK_THAT(check(job).bad_tests, Catch::StartsWith("the test is no valid Python: "));
  job.tests = {"assert f(1) == 1"};
  CHECK(check(job).bad_tests.empty());
  job.setup = "raise ValueError";
  CHECK(check(job).bad_tests.empty());
  job.setup.clear();
  for (const char* idle : {"# f(1)", "assert True", "async def t():\n    assert await f(1) == 2",
                           "import math\ndef helper(): assert f(1) == 2"}) {
    CAPTURE(idle);
    job.tests = {idle, "'assert f(1) == 2'"};
    CHECK_THAT(check(job).bad_tests, Catch::StartsWith("the tests never call the program"));
  }
  for (const char* runs : {"async def test_a():\n    assert f(1) == 1", "def t(): assert f(1) == 1\nt()",
                           "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass"}) {
    CAPTURE(runs);
    job.tests = {runs, "# f(1)"};
    CHECK(check(job).bad_tests.empty());
  }
  const std::string forged = "import os, struct\ndef forge(): os.write(4, struct.pack('<BI', 2, 3) + b'bad')\n";
  for (const char* when : {"forge()\ndef f(x): return 0", "def f(x):\n  forge()\n  return 0"}) {
    job.program = forged + when;
    CHECK(check(job).bad_tests.empty());
  }
}
