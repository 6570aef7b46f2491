#include "harness/service/stream_cases.h"

#include "tests/harness/service/scored.h"

using namespace assay;
using namespace assay::harness;

TEST_CASE("outputs are the same but for white space at the ends, and whole", "[service]") {
  struct Row {
    const char *found, *expected;
    bool same;
  };
  const auto row = GENERATE(values<Row>({
      {"", "", true},
      {" \n", "", true},
      {"1\n2\n", "1\n2", true},
      {"\n 1 \r\n\t2\n\n", "1\n2", true},
      {"1\n\n2", "1\n \n2", true},
      {"1", "1\n2", false},
      {"1\n2", "1", false},
      {"", "1", false},
      {"1", "", false},
      {"1\n\n2", "1\n2", false},
      {"1 2", "1  2", false},
      {"1.0", "1", false},
  }));
  CAPTURE(row.found, row.expected);
  CHECK(same_output(row.found, row.expected) == row.same);
  CHECK(same_output(row.expected, row.found) == row.same);
}

TEST_CASE("a program's cases count one by one, until it does what no honest one does", "[service]") {
  NEEDS_JAIL();
  using enum TestOutcome;
  // The input is 0 to 5, the output the same.
  const auto row = GENERATE(values<tests::ScoredRow>({
      {"right", "print(input())", {passed, passed, passed, passed, passed, passed}, Verdict::pass, Cause::none},
      {"one wrong",
       "n = int(input())\nprint(n if n != 1 else 7)",
       {passed, failed, passed, passed, passed, passed},
       Verdict::fail,
       Cause::wrong_answer},
      {"it raises after its output",
       "n = int(input())\nprint(n)\nassert n != 4",
       {passed, passed, passed, passed, failed, passed},
       Verdict::fail,
       Cause::exception},
      {"no Python", "print(input()", std::vector(6, failed), Verdict::fail, Cause::syntax, false},
      {"it always raises", "raise ValueError", std::vector(6, failed), Verdict::fail, Cause::exception},
      {"it ends early", "import os\nos._exit(0)", std::vector(6, failed), Verdict::fail, Cause::wrong_answer},
      {"a case takes too long",
       "n = int(input())\nwhile n == 2: pass\nprint(n)",
       {passed, passed, failed, passed, passed, passed},
       Verdict::fail,
       Cause::timeout},
      {"three in a row do",
       "n = int(input())\nwhile n > 1: pass\nprint(n)",
       {passed, passed, failed, failed, failed, not_run},
       Verdict::fail,
       Cause::timeout},
      {"a hostile call",
       "import ctypes\nn = int(input())\nif n == 3: ctypes.CDLL(None).ptrace(0, 0, 0, 0)\nprint(n)",
       {passed, passed, passed, failed, not_run, not_run},
       Verdict::fail,
       Cause::forbidden_call,
       true,
       {sandbox::Attempt::forbidden_call},
       true},
  }));
  Item item;
  item.program = row.program;
  for (const char* number : {"0", "1", "2", "3", "4", "5"}) item.cases.push_back({number, number});
  item.limits.test = std::chrono::milliseconds(500);
  tests::check_scored(item, row);
}

TEST_CASE("cases share the time for all of them", "[service]") {
  NEEDS_JAIL();
  Item item;
  item.program = "import time\ntime.sleep(0.15)\nprint(1)";
  item.cases.assign(20, {"", "1"});
  item.limits.total = std::chrono::milliseconds(500);
  const Score score = tests::scored(item);
  CHECK(score.verdict != Verdict::pass);
  CHECK(score.cause == Cause::timeout);
  CHECK(score.tests.front() == TestOutcome::passed);
  CHECK(score.tests.back() == TestOutcome::not_run);
}
