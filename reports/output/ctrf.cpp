#include "reports/output/ctrf.h"

#include <fmt/format.h>

#include "reports/output/comparison_json.h"
#include "reports/output/json_text.h"
#include "reports/output/test_cases.h"

namespace assay::reports {
namespace {

const char* word(TestCase::Status status) {
  switch (status) {
    case TestCase::Status::failed:
      return "failed";
    case TestCase::Status::skipped:
      return "skipped";
    case TestCase::Status::passed:
      break;
  }
  return "passed";
}

}  // namespace

std::string ctrf_json(const std::vector<Comparison>& comparisons, const Gates& gates, const CtrfFrame& frame) {
  std::vector<std::string> tests;
  std::uint64_t passed = 0, failed = 0, skipped = 0;
  for (const Comparison& comparison : comparisons) {
    const auto cases = test_cases(comparison, gates);
    passed += count(cases, TestCase::Status::passed);
    failed += count(cases, TestCase::Status::failed);
    skipped += count(cases, TestCase::Status::skipped);
    for (const TestCase& test : cases) {
      JsonObject object;
      object.add_text("name", test.name).add_text("status", word(test.status)).add_count("duration", 0);
      if (!test.message.empty()) object.add_text("message", test.message);
      object.add_text("type", "evaluation")
          .add("suite", json_array({json_text(comparison.dataset.empty() ? "assay" : comparison.dataset),
                                    json_text(name(comparison.metric))}));
      tests.push_back("\n" + object.str());
    }
  }
  const auto time = static_cast<std::uint64_t>(frame.milliseconds);
  const std::string summary = JsonObject()
                                  .add_count("tests", tests.size())
                                  .add_count("passed", passed)
                                  .add_count("failed", failed)
                                  .add_count("pending", 0)
                                  .add_count("skipped", skipped)
                                  .add_count("other", 0)
                                  .add_count("suites", comparisons.size())
                                  .add_count("start", time)
                                  .add_count("stop", time)
                                  .str();
  const std::string results =
      JsonObject()
          .add("tool", JsonObject().add_text("name", "assay").add_text("version", frame.version).str())
          .add("summary", summary)
          .add("tests", json_array(tests))
          .add("extra", JsonObject().add("comparison", comparison_json(comparisons, gates)).str())
          .str();
  return JsonObject().add_text("reportFormat", "CTRF").add_text("specVersion", "0.0.0").add("results", results).str() +
         "\n";
}

}  // namespace assay::reports
