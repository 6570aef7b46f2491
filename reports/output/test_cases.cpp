#include "reports/output/test_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "reports/output/figures.h"

namespace assay::reports {
namespace {

TestCase gate_case(const Comparison& comparison, const Gates& gates) {
  TestCase test{fmt::format("comparison {}", name(comparison.metric)), TestCase::Status::passed, headline(comparison)};
  const auto fired = fired_gates(comparison, gates);
  if (comparison.judgement.verdict == ComparisonVerdict::regressed || !fired.empty())
    test.status = TestCase::Status::failed;
  for (const std::string& gate : fired) test.message += "; " + gate;
  return test;
}

}  // namespace

std::vector<TestCase> test_cases(const Comparison& comparison, const Gates& gates) {
  const bool regressed = comparison.judgement.verdict == ComparisonVerdict::regressed;
  std::unordered_map<std::string, const Flip*> flips;
  for (const auto* list : {&comparison.broken, &comparison.fixed})
    for (const Flip& flip : *list) flips[flip.task_id] = &flip;
  std::vector<TestCase> cases{gate_case(comparison, gates)};
  for (const std::string& task : comparison.task_ids) {
    TestCase test{task, TestCase::Status::passed, {}};
    if (const auto found = flips.find(task); found != flips.end()) {
      const Flip& flip = *found->second;
      const bool broken = flip.difference < 0;
      test.message = fmt::format("{}: {}{}", broken ? "broken" : "fixed", flip_text(flip),
                                 broken && !regressed ? "; alone no proof of a regression" : "");
      if (broken) test.status = regressed ? TestCase::Status::failed : TestCase::Status::skipped;
    }
    cases.push_back(std::move(test));
  }
  return cases;
}

std::uint64_t count(const std::vector<TestCase>& cases, TestCase::Status status) {
  return static_cast<std::uint64_t>(
      std::count_if(cases.begin(), cases.end(), [&](const TestCase& test) { return test.status == status; }));
}

}  // namespace assay::reports
