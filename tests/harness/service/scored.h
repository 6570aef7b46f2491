#pragma once
/// Scores of programs that are right or wrong in known ways, on items of six tests.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/service/scorer.h"
#include "tests/sandbox/jail.h"

namespace assay::tests {

struct ScoredRow {
  const char *what, *program;
  std::vector<harness::TestOutcome> tests;
  harness::Verdict verdict;
  harness::Cause cause;
  bool parses = true;
  std::vector<sandbox::Attempt> attempts = {};
  bool hostile = false;
};

inline harness::Score scored(const harness::Item& item) {
  auto score = harness::Scorer(*executor()).score(item, {});
  if (!score) FAIL(score.error().message);
  return *score;
}

inline void check_scored(const harness::Item& item, const ScoredRow& row) {
  const harness::Score score = scored(item);
  CAPTURE(row.what, score.detail, name(score.cause), name(score.verdict));
  CHECK(score.tests == row.tests);
  CHECK(score.verdict == row.verdict);
  CHECK(score.cause == row.cause);
  CHECK(score.parses == row.parses);
  CHECK(score.bad_tests.empty());
  CHECK_FALSE(score.shared);
  CHECK(score.hostile == row.hostile);
  CHECK(score.out_of_time == (row.cause == harness::Cause::timeout));
  const auto right = std::count(row.tests.begin(), row.tests.end(), harness::TestOutcome::passed);
  CHECK(score.pass_rate(false) == Approx(row.hostile ? 0 : static_cast<double>(right) / 6));
  CHECK(score.attempts.kinds() == row.attempts);
}

}  // namespace assay::tests
