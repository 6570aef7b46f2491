#pragma once
/// What tests of a check came to.
#include <string>

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

inline Seen check(const sandbox::CheckJob& job) {
  Marks marks;
  const auto outcome = executor()->run(job, marks);
  if (!outcome) FAIL(outcome.error().message);
  return {outcome->status, marks.text, marks.raised, outcome->detail, outcome->bad_tests, outcome->own_word};
}

}  // namespace assay::tests
