#pragma once
/// What tests of a check came to.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/executor.h"
#include "tests/catch.h"
#include "tests/sandbox/jail.h"

namespace assay::tests {

/// One letter a test: '.' passed, 'w' by the sample's own word, 'A' AssertionError, '!' anything else (whose type
/// `raised` keeps).
class Marks : public sandbox::ResultSink {
 public:
  bool begin(const sandbox::ResultHeader& header) override {
    const bool passed = header.kind == sandbox::ResultHeader::Kind::whole;
    text += passed ? (header.own_word ? 'w' : '.') : header.what == "AssertionError" ? 'A' : '!';
    if (!passed) raised = header.what;
    return true;
  }
  bool piece(sandbox::Bytes) override { return true; }
  bool end(std::size_t) override { return true; }
  std::string text, raised;
};

struct Seen {
  sandbox::Status status = sandbox::Status::ok;
  std::string marks, raised, detail, bad_tests;
  bool own_word = false;
};

/// Where tests run apart, what is left behind one of the sample's own word runs anew.
inline Seen check(sandbox::CheckJob job) {
  Marks marks;
  bool own_word = false;
  for (;;) {
    const std::size_t before = marks.text.size();
    const auto outcome = executor()->run(job, marks);
    if (!outcome) FAIL(outcome.error().message);
    own_word = own_word || outcome->own_word;
    job.skip(marks.text.size() - before);
    const bool goes_on = job.apart && outcome->status == sandbox::Status::ok && !job.tests.empty();
    if (!goes_on || marks.text.size() == before)
      return {outcome->status, marks.text, marks.raised, outcome->detail, outcome->bad_tests, own_word};
  }
}

/// Of a program with a function `f`.
inline Seen check(const std::string& program, std::vector<std::string> tests, const std::string& setup = "") {
  sandbox::CheckJob job;
  job.program = program;
  job.entry_point = "f";
  job.setup = setup;
  job.tests = std::move(tests);
  job.test_limit = std::chrono::milliseconds(2000);
  return check(std::move(job));
}

}  // namespace assay::tests
