#include "harness/evaluation/set_verdict.h"

#include <set>

#include "tests/catch.h"

using namespace assay::harness;
using assay::sandbox::Outcome;
using assay::sandbox::Status;

namespace {

Outcome outcome(Status status, std::string detail = {}) {
  Outcome made;
  made.status = status;
  made.detail = std::move(detail);
  return made;
}

/// Five calls, of which `done` were judged; `failed` are those of them that did not pass.
SetTally tally(std::size_t done, std::vector<std::uint32_t> failed = {}, Cause cause = Cause::none) {
  SetTally made;
  made.calls = 5;
  made.done = done;
  made.passed = static_cast<std::uint32_t>(done - failed.size());
  made.failed = std::move(failed);
  made.cause = cause;
  return made;
}

using Indices = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("each status of the sandbox has its verdict and cause in EvalPlus's words", "[evaluation]") {
  struct Row {
    Status status;
    std::string detail;
    Verdict verdict;
    Cause cause;
    std::string shown;
  };
  const auto row = GENERATE(values<Row>({
      {Status::load_failed, "SSyntaxError", Verdict::fail, Cause::syntax, "SyntaxError"},
      {Status::load_failed, "EImportError", Verdict::fail, Cause::exception, "ImportError"},
      {Status::load_failed, "ESystemExit", Verdict::fail, Cause::early_exit, "SystemExit"},
      {Status::load_failed, "EMemoryError", Verdict::fail, Cause::memory, "MemoryError"},
      {Status::load_failed, "EMemoryError: x", Verdict::fail, Cause::memory, "MemoryError: x"},
      {Status::load_failed, "ESystemExit (line 3)", Verdict::fail, Cause::early_exit, "SystemExit (line 3)"},
      {Status::load_failed, "EMemoryErrors: x", Verdict::fail, Cause::exception, "MemoryErrors: x"},
      {Status::load_failed, "Nadd", Verdict::fail, Cause::no_entry_point, "add"},
      {Status::load_failed, "", Verdict::fail, Cause::exception, ""},
      {Status::call_timeout, "", Verdict::fail, Cause::timeout, ""},
      {Status::exited, "exit 3", Verdict::timeout, Cause::early_exit, "exit 3"},
      {Status::set_timeout, "", Verdict::timeout, Cause::timeout, ""},
      {Status::memory, "", Verdict::timeout, Cause::memory, ""},
      {Status::crash, "SIGSEGV", Verdict::timeout, Cause::crash, "SIGSEGV"},
      {Status::forbidden, "seccomp", Verdict::timeout, Cause::forbidden_call, "seccomp"},
      {Status::output_limit, "", Verdict::timeout, Cause::output_limit, ""},
      {Status::protocol, "answered twice", Verdict::timeout, Cause::protocol, "answered twice"},
  }));
  CAPTURE(static_cast<int>(row.status), row.detail);
  const SetResult result = set_verdict(outcome(row.status, row.detail), tally(0), FailTests::last_tried);
  CHECK(result.verdict == row.verdict);
  CHECK(result.cause == row.cause);
  CHECK(result.detail == row.shown);
}

TEST_CASE("a set passes when every call was made and passed, and not otherwise", "[evaluation]") {
  const auto verdict = [](const SetTally& seen) {
    return set_verdict(outcome(Status::ok), seen, FailTests::last_tried);
  };
  CHECK(verdict(tally(5)).verdict == Verdict::pass);
  CHECK(verdict(tally(5)).passed == 5);
  CHECK(verdict(tally(5)).failed.empty());
  CHECK(verdict(tally(5, {1}, Cause::wrong_answer)).verdict == Verdict::fail);
  CHECK(verdict(tally(5, {1}, Cause::wrong_answer)).cause == Cause::wrong_answer);
  // A job that says it ended well, with calls unanswered.
  CHECK(verdict(tally(4)).verdict == Verdict::fail);
  CHECK(verdict(tally(4)).cause == Cause::protocol);
  CHECK(verdict(tally(0)).verdict == Verdict::fail);
}

TEST_CASE("a job that the sink stopped fails with the cause of the call that it was stopped at", "[evaluation]") {
  const SetResult result =
      set_verdict(outcome(Status::stopped), tally(3, {2}, Cause::wrong_answer), FailTests::last_tried);
  CHECK(result.verdict == Verdict::fail);
  CHECK(result.cause == Cause::wrong_answer);
  CHECK(result.failed == Indices{2});
  CHECK(result.passed == 2);
}

TEST_CASE("fail tests are EvalPlus's: the last call tried, which for a process without a verdict is one that passed",
          "[evaluation]") {
  struct Row {
    const char* what;
    Status status;
    SetTally tally;
    FailTests report;
    Indices failed;
  };
  const auto row = GENERATE(values<Row>({
      {"wrong at the third call", Status::stopped, tally(3, {2}), FailTests::last_tried, {2}},
      {"third call over its limit", Status::call_timeout, tally(2), FailTests::last_tried, {2}},
      {"first call over its limit", Status::call_timeout, tally(0), FailTests::last_tried, {0}},
      {"killed in the third call", Status::set_timeout, tally(2), FailTests::last_tried, {1}},
      {"killed in the first call", Status::crash, tally(0), FailTests::last_tried, {}},
      {"did not load", Status::load_failed, tally(0), FailTests::last_tried, {}},
      {"details: all that failed", Status::ok, tally(5, {1, 3}), FailTests::all, {1, 3}},
      {"details: and the call over its limit", Status::call_timeout, tally(3, {1}), FailTests::all, {1, 3}},
      {"details: killed, those that failed before", Status::memory, tally(3, {1}), FailTests::all, {1}},
      {"details: passed", Status::ok, tally(5), FailTests::all, {}},
  }));
  CAPTURE(row.what);
  CHECK(set_verdict(outcome(row.status), row.tally, row.report).failed == row.failed);
}

TEST_CASE("attempts that the sandbox saw and those that answers showed come together, and change no verdict",
          "[evaluation]") {
  using assay::sandbox::Attempt;
  Outcome seen = outcome(Status::ok);
  seen.attempts = Attempt::outside_view;
  SetTally passed = tally(5), failed = tally(3, {2}, Cause::wrong_answer);
  CHECK(set_verdict(seen, passed, FailTests::last_tried).verdict == Verdict::pass);
  CHECK(set_verdict(seen, passed, FailTests::last_tried).attempts == seen.attempts);
  failed.attempts = Attempt::undecodable;
  const SetResult result = set_verdict(seen, failed, FailTests::last_tried);
  CHECK(result.cause == Cause::wrong_answer);
  CHECK(result.attempts.kinds() == std::vector{Attempt::outside_view, Attempt::undecodable});
}

TEST_CASE("a verdict that time or memory may have decided is not settled; a wrong answer is, but for other tests",
          "[evaluation]") {
  struct Row {
    const char* what;
    Status status;
    SetTally tally;
    bool settled;
  };
  const auto row = GENERATE(values<Row>({
      {"passed", Status::ok, tally(5), false},
      {"a wrong answer", Status::ok, tally(3, {2}, Cause::wrong_answer), true},
      {"raised", Status::ok, tally(3, {2}, Cause::exception), true},
      {"ran out of memory in Python", Status::ok, tally(3, {2}, Cause::memory), false},
      {"did not load", Status::load_failed, tally(0), true},
      {"over its call's limit", Status::call_timeout, tally(2), false},
      {"over its set's limit", Status::set_timeout, tally(2), false},
      {"killed for memory", Status::memory, tally(2), false},
  }));
  CAPTURE(row.what);
  const SetResult result = set_verdict(outcome(row.status), row.tally, FailTests::last_tried);
  CHECK(is_settled(result, FailTests::last_tried) == row.settled);
  CHECK_FALSE(is_settled(result, FailTests::all));
}

TEST_CASE("a set's detail is fit to be seen", "[evaluation]") {
  CHECK(set_verdict(outcome(Status::crash, "\xff\x07"), tally(0), FailTests::last_tried).detail == "??");
}
