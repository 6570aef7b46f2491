#pragma once
/// A comparison as tests, for the formats that know nothing else (JUnit, CTRF).
#include <cstdint>
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

struct TestCase {
  enum class Status { passed, failed, skipped };
  std::string name;
  Status status = Status::passed;
  std::string message;  ///< one line; may be empty
};

/// As output/junit.h says.
[[nodiscard]] std::vector<TestCase> test_cases(const Comparison& comparison, const Gates& gates);
[[nodiscard]] std::uint64_t count(const std::vector<TestCase>& cases, TestCase::Status status);

}  // namespace assay::reports
