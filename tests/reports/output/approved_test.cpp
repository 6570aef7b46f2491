// Every output whole, as its reader gets it.
#include "tests/reports/approved.h"

#include "reports/output/comparison_html.h"
#include "reports/output/comparison_json.h"
#include "reports/output/comparison_markdown.h"
#include "reports/output/comparison_text.h"
#include "reports/output/ctrf.h"
#include "reports/output/junit.h"
#include "reports/output/page_files.h"
#include "reports/output/run_html.h"
#include "reports/output/run_json.h"
#include "reports/output/run_markdown.h"
#include "reports/output/run_text.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

/// A page without what is the same in all of them, or changes with a library's version: style sheet and script, and
/// their hashes in the policy.
std::string without_frame(std::string page) {
  const auto cut = [&](std::string_view begin, std::string_view end) {
    const std::size_t from = page.rfind(begin);
    REQUIRE(from != std::string::npos);
    const std::size_t to = page.find(end, from + begin.size());
    REQUIRE(to != std::string::npos);
    page.replace(from + begin.size(), to - from - begin.size(), "…");
  };
  cut("<script>", "</script>\n");
  cut("script-src 'sha256-", "'");
  cut("Written by assay ", ".</footer>");
  cut("<style>", "</style>");
  cut("style-src 'sha256-", "'");
  return page;
}

TEST_CASE("a report is what was approved, in every form", "[reports]") {
  const auto runs = example_report();
  check_approved("report.txt", report_text(runs, 0.95));
  check_approved("report.md", report_markdown(runs, 0.95));
  check_approved("report.json", report_json(runs, 0.95) + "\n");
  check_approved("report.csv", report_csv(runs));
  if (page_script().empty()) ASSAY_SKIP("the library was built without the script of pages (scripts/setup)");
  check_approved("report.html", without_frame(report_html(runs, 0.95)));
}

TEST_CASE("a comparison is what was approved, in every form", "[reports]") {
  struct Row {
    const char* name;
    std::size_t broken, fixed;
  };
  const auto row = GENERATE(values<Row>({{"regressed", 12, 1}, {"inconclusive", 3, 4}, {"same", 0, 0}}));
  CAPTURE(row.name);
  const auto comparisons = example_comparison(row.broken, row.fixed);
  const Gates gates{true};
  const std::string prefix = std::string("compare-") + row.name;
  check_approved(prefix + ".txt", comparison_text(comparisons));
  check_approved(prefix + ".md", comparison_markdown(comparisons, gates));
  check_approved(prefix + ".json", comparison_json(comparisons, gates) + "\n");
  check_approved(prefix + ".junit.xml", junit_xml(comparisons, gates));
  check_approved(prefix + ".ctrf.json", ctrf_json(comparisons, gates, {"0.1.0", 1'769'850'900'000}));
  check_approved(prefix + ".annotations.txt", github_annotations(comparisons, gates));
  if (page_script().empty()) ASSAY_SKIP("the library was built without the script of pages (scripts/setup)");
  check_approved(prefix + ".html", without_frame(comparison_html(comparisons, gates)));
}

}  // namespace
}  // namespace assay::reports
