#include "harness/service/function_cases.h"

#include "harness/marshal_inputs.h"
#include "tests/harness/service/scored.h"

using namespace assay;
using namespace assay::harness;
using tests::scored;

namespace {

std::string marshaled(int value) { return marshal_input({datasets::Integer{std::to_string(value)}}); }

/// f(0) to f(5) return 0 to 5.
Item item_of(const std::string& program) {
  Item item;
  item.program = program;
  item.function = "f";
  for (int i = 0; i < 6; ++i)
    item.calls.push_back({marshal_input({datasets::List{{{datasets::Integer{std::to_string(i)}}}}}), {marshaled(i)}});
  item.limits.test = std::chrono::milliseconds(500);
  return item;
}

}  // namespace

TEST_CASE("a function's calls count one by one, until it does what no honest one does", "[service]") {
  NEEDS_JAIL();
  using enum TestOutcome;
  const std::vector<TestOutcome> all(6, passed), none(6, failed);
  const std::vector<TestOutcome> first_alone{failed, not_run, not_run, not_run, not_run, not_run};
  const std::vector<tests::ScoredRow> rows = {
      {"right", "def f(x): return x", all, Verdict::pass, Cause::none},
      {"a method", "class Solution:\n  def f(self, x): return x", all, Verdict::pass, Cause::none},
      {"each call has its own object",
       "class Solution:\n  def __init__(self): self.n = 0\n  def f(self, x):\n    self.n += x\n    return self.n", all,
       Verdict::pass, Cause::none},
      {"what stands at its beginning",
       "from __future__ import annotations\ndef f(x: Any): return x  # \xF0\x9F\x98\x80", all, Verdict::pass,
       Cause::none},
      {"one wrong",
       "def f(x): return x if x != 1 else 7",
       {passed, failed, passed, passed, passed, passed},
       Verdict::fail,
       Cause::wrong_answer},
      {"it raises",
       "def f(x): return 1 / (x - 4) and x",
       {passed, passed, passed, passed, failed, passed},
       Verdict::fail,
       Cause::exception},
      {"it ends the process",
       "import os\ndef f(x): return x if x != 2 else os._exit(0)",
       {passed, passed, failed, passed, passed, passed},
       Verdict::fail,
       Cause::early_exit},
      {"it ends all of them",
       "import os\ndef f(x): os._exit(0)",
       {failed, failed, failed, not_run, not_run, not_run},
       Verdict::timeout,
       Cause::early_exit},
      {"a call takes too long",
       "def f(x):\n  while x == 2: pass\n  return x",
       {passed, passed, failed, passed, passed, passed},
       Verdict::fail,
       Cause::timeout},
      {"no such function", "def g(x): return x", first_alone, Verdict::fail, Cause::no_entry_point},
      {"no Python", "def f(x) return x", first_alone, Verdict::fail, Cause::syntax, false},
      {"it raises at once", "1 / 0\ndef f(x): return x", first_alone, Verdict::fail, Cause::exception},
      {"it equals everything",
       "class Any(int):\n  def __eq__(self, other): return True\n  __hash__ = int.__hash__\ndef f(x): return Any(7)",
       none,
       Verdict::fail,
       Cause::wrong_answer,
       true,
       {sandbox::Attempt::forged_type}},
      {"it forges an answer",
       "import os, struct\ndef f(x):\n  if x == 3: os.write(4, struct.pack('<BI', 99, 0))\n  return x",
       {passed, passed, passed, failed, not_run, not_run},
       Verdict::timeout,
       Cause::protocol,
       true,
       {sandbox::Attempt::forged_frame},
       true},
      {"a hostile call",
       "import ctypes\ndef f(x):\n  if x == 3: ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n  return x",
       {passed, passed, passed, failed, not_run, not_run},
       Verdict::timeout,
       Cause::forbidden_call,
       true,
       {sandbox::Attempt::forbidden_call},
       true},
  };
  for (const tests::ScoredRow& row : rows) tests::check_scored(item_of(row.program), row);
}

TEST_CASE("any of several results is right, and a long one is seen whole", "[service]") {
  NEEDS_JAIL();
  Item item = item_of("def f(x): return [x] * 10_000");
  item.calls.resize(3);
  item.calls[1].results.push_back(marshal_input({datasets::List{std::vector(10'000, datasets::Value{true})}}));
  item.calls[2].results = {
      marshal_input({datasets::List{std::vector(9'999, datasets::Value{datasets::Integer{"2"}})}})};
  using enum TestOutcome;
  CHECK(scored(item).tests == std::vector{failed, passed, failed});
}

TEST_CASE("of a long result that is wrong no more is taken than shows it, and the calls after it are made",
          "[service]") {
  NEEDS_JAIL();
  using enum TestOutcome;
  const Item item = item_of("def f(x): return [x] * 2_000_000 if x == 1 else x");
  const Score score = scored(item);
  CHECK(score.tests == std::vector{passed, failed, passed, passed, passed, passed});
  CHECK(score.cause == Cause::wrong_answer);
}

TEST_CASE("a setup comes before the program, and one that fails by itself is the data's fault", "[service]") {
  NEEDS_JAIL();
  struct Row {
    const char *setup, *program;
    double rate;
    const char* told;
  };
  for (const Row& row : std::vector<Row>{
           {"from math import *", "f = floor", 1, ""},
           {"import nosuchmodule", "def f(x): return x", 0, "the setup fails by itself: ModuleNotFoundError"},
           {"def (", "def f(x): return x", 0, "the setup fails by itself: SyntaxError"},
           {"import math", "import nosuchmodule", 0, ""},
           {"import nosuchmodule", "def f(x", 0, ""},
       }) {
    Item item = item_of(row.program);
    item.setup = row.setup;
    const Score score = scored(item);
    CAPTURE(row.setup, row.program, score.detail);
    CHECK(score.pass_rate(false) == row.rate);
    CHECK_THAT(score.bad_tests, Catch::StartsWith(row.told));
    CHECK(score.bad_tests.empty() == (*row.told == 0));
  }
}

TEST_CASE("calls share the time for all of them", "[service]") {
  NEEDS_JAIL();
  Item item = item_of("import time\ndef f(x):\n  time.sleep(0.3)\n  return x");
  item.limits.total = std::chrono::milliseconds(700);
  const Score score = scored(item);
  CHECK(score.verdict == Verdict::timeout);
  CHECK(score.cause == Cause::timeout);
  CHECK(score.tests.front() == TestOutcome::passed);
  CHECK(score.tests.back() == TestOutcome::not_run);
}
