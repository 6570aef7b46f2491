// Pages of runs: what tells the reader which run it is, and how it was made.
#include "reports/output/comparison_html.h"
#include "reports/output/run_html.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("a page of several runs begins with a table of them that links to each", "[reports]") {
  std::vector<ReportedRun> runs;
  for (const char* name : {"first", "second<b>"}) {
    Run run = example_run(name, 0, 0);
    auto summary = summarize(run, {});
    runs.push_back({std::move(run), std::move(summary)});
  }
  const std::string page = report_html(runs, 0.95);
  CHECK_THAT(page, Catch::Contains("<title>assay: first, second&lt;b&gt;</title>"));
  CHECK_THAT(page, Catch::Contains("<a href=\"#run-2\">second&lt;b&gt;</a></th><td>humaneval</td>"));
  CHECK_THAT(page, Catch::Contains("<h2 id=\"run-2\">second&lt;b&gt;</h2>"));
  runs.pop_back();
  CHECK_THAT(report_html(runs, 0.95), !Catch::Contains("href=\"#run-1\""));
}

TEST_CASE("a page says how each run was made, as far as the run knows", "[reports]") {
  auto comparisons = example_comparison(3, 1);
  std::string page = comparison_html(comparisons, {});
  CHECK_THAT(page, Catch::Contains("<title>assay compare: base → new"));
  for (const char* item :
       {"<dt>run</dt><dd>base</dd>", "<dt>made on</dt><dd>2026-01-31T09:15:00Z</dd>",
        "<dt>data set</dt><dd>humaneval, sha256 d1</dd>", "<dt>limits</dt><dd>min 4 s, factor 4</dd>",
        "<dt>interpreter</dt><dd>CPython 3.11.2</dd>", "Written by assay "})
    CHECK_THAT(page, Catch::Contains(item));
  comparisons.front().base_run = comparisons.front().newer_run = {"base", "a.json", {}, {}, {}, {}, {}, {}, {}};
  page = comparison_html(comparisons, {});
  CHECK_THAT(page, !Catch::Contains("<dt>made on") && !Catch::Contains("<dt>data set"));
}

TEST_CASE("the table of flips has remarks only where there is one", "[reports]") {
  auto comparisons = example_comparison(3, 1);
  for (auto* flips : {&comparisons.front().broken, &comparisons.front().fixed})
    for (Flip& flip : *flips) flip.same_programs = false;
  CHECK_THAT(comparison_html(comparisons, {}), !Catch::Contains(">remark</th>"));
  comparisons.front().fixed.front().same_programs = true;
  CHECK_THAT(comparison_html(comparisons, {}), Catch::Contains(">remark</th>") && Catch::Contains("verdicts wavered"));
}

TEST_CASE("an overview's pass@1 is that, whatever k was asked for", "[reports]") {
  std::vector<ReportedRun> runs;
  for (const char* name : {"first", "second"}) {
    Run run = example_run(name, 0, 0);
    for (RunProblem& problem : run.problems) problem.samples.push_back(problem.samples.front());
    auto summary = summarize(run, {.ks = {2}});
    runs.push_back({std::move(run), std::move(summary)});
  }
  const std::string text = report_text(runs, 0.95);
  CHECK_THAT(text.substr(0, text.find("\n\n")), !Catch::Contains("%"));
}

}  // namespace
}  // namespace assay::reports
