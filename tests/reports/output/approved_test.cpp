// Every output whole, as its reader gets it.
#include "tests/reports/approved.h"

#include "reports/output/comparison_json.h"
#include "reports/output/comparison_markdown.h"
#include "reports/output/comparison_text.h"
#include "reports/output/ctrf.h"
#include "reports/output/junit.h"
#include "reports/output/run_html.h"
#include "reports/output/run_json.h"
#include "reports/output/run_markdown.h"
#include "reports/output/run_text.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("a report is what was approved, in every form", "[reports]") {
  const auto runs = example_report();
  check_approved("report.txt", report_text(runs, 0.95));
  check_approved("report.md", report_markdown(runs, 0.95));
  check_approved("report.json", report_json(runs, 0.95) + "\n");
  check_approved("report.csv", report_csv(runs));
  check_approved("report.html", report_html(runs, 0.95));
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
}

}  // namespace
}  // namespace assay::reports
