// JUnit and CTRF against what their readers require.
#include <boost/json.hpp>
#include <cstdlib>
#include <set>

#include "reports/output/ctrf.h"
#include "reports/output/junit.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"
#include "tests/temporary_folder.h"

namespace assay::reports {
namespace {

using namespace tests;
namespace json = boost::json;

TEST_CASE("JUnit XML follows its schema, hostile names included", "[reports]") {
  if (std::system("command -v xmllint >/dev/null 2>&1") != 0) ASSAY_SKIP("xmllint is absent (libxml2-utils)");
  const TemporaryFolder folder;
  for (const std::size_t broken : {std::size_t{0}, std::size_t{3}, std::size_t{12}}) {
    const auto path = write_file(folder / "report.xml", junit_xml(example_comparison(broken, 2), {true}));
    const std::string command = "xmllint --noout --schema " ASSAY_SOURCE_DIR "/tests/reports/schemas/junit.xsd " +
                                path.string() + " >" + (folder / "out").string() + " 2>&1";
    const int code = std::system(command.c_str());
    INFO(read_file(folder / "out"));
    CHECK(code == 0);
  }
}

/// The keys that an object must have, and all that it may have.
void check_keys(const json::object& object, const std::set<std::string>& required, std::set<std::string> allowed) {
  allowed.insert(required.begin(), required.end());
  for (const std::string& key : required) {
    CAPTURE(key);
    CHECK(object.contains(key));
  }
  for (const auto& [key, value] : object) {
    CAPTURE(std::string(key));
    CHECK(allowed.contains(std::string(key)));
  }
}

TEST_CASE("CTRF has the keys, types and words of its schema, and counts that add up", "[reports]") {
  const std::string text = ctrf_json(example_comparison(12, 1), {true}, {"0.1.0", 1'769'850'900'000});
  const json::object report = json::parse(text).as_object();
  check_keys(report, {"reportFormat", "specVersion", "results"}, {});
  CHECK(report.at("reportFormat") == "CTRF");
  const json::object& results = report.at("results").as_object();
  check_keys(results, {"tool", "summary", "tests"}, {"environment", "extra"});
  check_keys(results.at("tool").as_object(), {"name"}, {"version", "extra"});
  const json::object& summary = results.at("summary").as_object();
  check_keys(summary, {"tests", "passed", "failed", "pending", "skipped", "other", "start", "stop"},
             {"suites", "flaky", "duration", "extra"});
  std::int64_t sum = 0;
  for (const char* key : {"passed", "failed", "pending", "skipped", "other"}) sum += summary.at(key).as_int64();
  CHECK(sum == summary.at("tests").as_int64());
  CHECK(sum == static_cast<std::int64_t>(results.at("tests").as_array().size()));
  const std::set<std::string> words{"passed", "failed", "skipped", "pending", "other"};
  std::int64_t failed = 0;
  for (const json::value& test : results.at("tests").as_array()) {
    check_keys(test.as_object(), {"name", "status", "duration"}, {"message", "type", "suite"});
    CHECK(words.contains(std::string(test.at("status").as_string())));
    CHECK(test.at("duration").as_int64() == 0);
    CHECK(test.at("suite").as_array().size() > 0);
    failed += test.at("status") == "failed" ? 1 : 0;
  }
  CHECK(failed == summary.at("failed").as_int64());
}

}  // namespace
}  // namespace assay::reports
