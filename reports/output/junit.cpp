#include "reports/output/junit.h"

#include <fmt/format.h>

#include "reports/output/printable.h"
#include "reports/output/test_cases.h"

namespace assay::reports {
namespace {

std::string suite_name(const Comparison& comparison) {
  return fmt::format("{}{}: {} against {}", comparison.dataset, comparison.dataset.empty() ? "assay" : "",
                     comparison.newer_run.name, comparison.base_run.name);
}

std::string case_xml(const TestCase& test, const std::string& suite) {
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", suite, escape_markup(printable(test.name)));
  const std::string message = escape_markup(printable(test.message));
  switch (test.status) {
    case TestCase::Status::failed:
      return text + fmt::format(">\n      <failure message=\"{}\" type=\"regression\"/>\n    </testcase>\n", message);
    case TestCase::Status::skipped:
      return text + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", message);
    case TestCase::Status::passed:
      break;
  }
  if (test.message.empty()) return text + "/>\n";
  return text + fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n", message);
}

}  // namespace

std::string junit_xml(const std::vector<Comparison>& comparisons, const Gates& gates) {
  std::string suites;
  std::uint64_t tests = 0, failures = 0, skips = 0;
  for (const Comparison& comparison : comparisons) {
    const auto cases = test_cases(comparison, gates);
    const std::uint64_t failed = count(cases, TestCase::Status::failed),
                        skipped = count(cases, TestCase::Status::skipped);
    const std::string name = escape_markup(printable(suite_name(comparison)));
    suites +=
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n",
                    name, cases.size(), failed, skipped);
    for (const TestCase& test : cases) suites += case_xml(test, name);
    suites += "  </testsuite>\n";
    tests += cases.size();
    failures += failed;
    skips += skipped;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"assay compare\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n{}"
      "</testsuites>\n",
      tests, failures, skips, suites);
}

}  // namespace assay::reports
