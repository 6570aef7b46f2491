// What is said where there is no pass@k, or not the one that was asked for.
#include "reports/output/run_html.h"
#include "reports/output/run_markdown.h"
#include "reports/output/run_text.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

/// The example with two samples a problem, of which the first `judged` problems have verdicts.
std::vector<ReportedRun> unfinished(std::size_t judged, const std::vector<std::uint64_t>& ks = {}) {
  Run run = example_run("base", 0, 0);
  for (std::size_t i = 0; i < run.problems.size(); ++i) {
    auto& samples = run.problems[i].samples;
    samples.push_back(samples.front());
    if (i >= judged)
      for (RunSample& sample : samples) sample.base = sample.plus = std::nullopt;
  }
  auto summary = summarize(run, {.ks = ks});
  return {{std::move(run), std::move(summary)}};
}

TEST_CASE("a run without pass@k says why, in place of an empty table", "[reports]") {
  struct Row {
    std::size_t judged;
    std::vector<std::uint64_t> ks;
    const char* why;
  };
  const auto row = GENERATE(values<Row>({
      {0, {}, "no sample is judged yet"},
      {30, {}, "60 of 80 samples are judged, and some problem has none of them"},
      {40, {3}, "some problem has no more than 2 judged samples"},
  }));
  CAPTURE(row.why);
  const auto runs = unfinished(row.judged, row.ks);
  std::string page = report_html(runs, 0.95);
  page.resize(std::min(page.find("<script"), page.size()));
  page.erase(0, page.find("<body>"));
  for (const std::string& text : {report_text(runs, 0.95), report_markdown(runs, 0.95), page}) {
    CHECK_THAT(text, Catch::Contains(row.why));
    CHECK_THAT(text, !Catch::Contains("in brackets") && !Catch::Contains("()"));
  }
}

TEST_CASE("each k that was asked for in vain is named with what it needs", "[reports]") {
  CHECK(too_large_texts(unfinished(40, {1, 2}).front()).empty());
  const auto texts = too_large_texts(unfinished(40, {1, 3, 10}).front());
  REQUIRE(texts.size() == 2);
  CHECK(texts[0] == "base: pass@3 is left out: it needs 3 judged samples of each problem, and the fewest are 2");
  CHECK(too_large_texts(unfinished(40).front()).empty());
}

TEST_CASE("causes stand in Markdown as code, unless a file made them up", "[reports]") {
  Run run = example_run("base", 0, 0);
  run.problems.front().samples.front() = sample_of(0, "x", false, false);
  run.problems.front().samples.front().base->cause = "`*evil*`";
  auto summary = summarize(run, {});
  const std::string text = report_markdown({{std::move(run), std::move(summary)}}, 0.95);
  CHECK_THAT(text, Catch::Contains("`exception` 5") && Catch::Contains("`outside_view` 1"));
  CHECK_THAT(text, !Catch::Contains("*evil*"));
}

}  // namespace
}  // namespace assay::reports
