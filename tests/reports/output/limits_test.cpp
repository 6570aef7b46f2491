// What outputs promise of their size and of hostile text.
#include <boost/json.hpp>

#include "reports/output/comparison_html.h"
#include "reports/output/comparison_json.h"
#include "reports/output/comparison_markdown.h"
#include "reports/output/comparison_text.h"
#include "reports/output/html_page.h"
#include "reports/output/json_text.h"
#include "reports/output/page_files.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"
#include "reports/output/run_html.h"
#include "reports/output/run_markdown.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

std::size_t lines_of(const std::string& text, const std::string& start) {
  std::size_t count = text.rfind(start, 0) == 0 ? 1 : 0;
  for (std::size_t at = 0; (at = text.find("\n" + start, at)) != std::string::npos; ++at) ++count;
  return count;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++count;
  return count;
}

TEST_CASE("a summary stays below its limit, keeps what matters most, and says what it left out", "[reports][volume]") {
  auto comparisons = example_comparison(12, 4);
  Flip& flip = comparisons.front().broken.front();
  flip.task_id = std::string(10'000, '*');
  comparisons.front().broken.resize(20'000, flip);
  const std::string text = comparison_markdown(comparisons, {}, 50'000);
  CHECK(text.size() <= 50'000);
  CHECK(text.find("**regressed**") != std::string::npos);
  CHECK(text.find("### Broken: 20000 problems") != std::string::npos);
  CHECK(text.find("### Fixed") == std::string::npos);
  CHECK(text.find("Left out to stay short: ") != std::string::npos);
  CHECK(comparison_markdown(comparisons, {}).size() < (1U << 20));
}

TEST_CASE("annotations are ten a kind at most, and the tenth says how many more there are", "[reports]") {
  auto comparisons = example_comparison(12, 1);
  const std::string text = github_annotations(comparisons, {true});
  CHECK(lines_of(text, "::warning ") == 10);
  CHECK(text.find("… and 3 more") != std::string::npos);
  CHECK(lines_of(text, "::error ") == 2);  // the drop and the verdict
}

TEST_CASE("a task's name starts no command, tag, cell, link or colour anywhere", "[reports]") {
  const auto comparisons = example_comparison(12, 1);
  const Gates gates{true};
  for (const std::string& text : {comparison_markdown(comparisons, gates), comparison_text(comparisons),
                                  github_annotations(comparisons, gates), report_markdown(example_report(), 0.95)}) {
    CAPTURE(text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\xff') == std::string::npos);
    CHECK(text.find("\n::error::") == std::string::npos);
  }
  CHECK(comparison_markdown(comparisons, gates).find("<script") == std::string::npos);
  CHECK(comparison_markdown(comparisons, gates).find("@all") == std::string::npos);
}

TEST_CASE("text is escaped for where it goes", "[reports]") {
  CHECK(escape_markup("<a b=\"c\">&'\x01\xff") == "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(escape_markdown("a|b\nc") == "a&#124;b c");
  CHECK(printable("a\n\x1b[0m\xff\xe2\x80\xae\xd8\x9c") == "a\\n\\u001b[0m\\xff\\u202e\\u061c");
  CHECK(valid_utf8("\xed\xa0\x80 \xc3\xa9") == "\\xed\\xa0\\x80 \xc3\xa9");
  CHECK(csv_field("=1+1") == "'=1+1");
  CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
  CHECK(json_text("\"\\\n\x01\xed\xa0\x80\xff") == R"("\"\\\n\u0001\ud800\\xff")");
  CHECK(json_number(0.1) == "0.1");
  CHECK(json_number(std::optional<double>()) == "null");
}

TEST_CASE("a page holds no markup that a run's texts chose, and its policy allows its own script and style alone",
          "[reports]") {
  auto runs = example_report();
  Run& run = runs.front().run;
  const std::string hostile =
      "</style></title></td></script><!--<script>alert(1)</script><img src=x onerror='a'>\"\x1b\xff";
  run.name = run.dataset = run.limits = hostile;
  RunSample& sample = run.problems.back().samples.front();
  sample.program = sample.plus->cause = sample.plus->detail = sample.plus->failing_input = hostile;
  sample.plus->verdict = Verdict::fail;
  runs.front().texts[run.problems.back().task_id] = {hostile, {{0, {hostile, hostile}}}, {}};
  runs.front().summary = summarize(run, {});
  runs.front().summary.attempts->kinds[hostile] = 1;
  auto comparisons = example_comparison(12, 4);
  Comparison& comparison = comparisons.front();
  comparison.broken.front().task_id = comparison.dataset = comparison.base_run.name = comparison.newer_run.name =
      hostile;
  comparison.broken.front().base_program = FlipProgram{0, true, hostile};
  comparison.notes = {hostile};
  for (std::string page : {report_html(runs, 0.95), comparison_html(comparisons, {true})}) {
    const std::size_t scripts = page_script().empty() ? 0 : 2;
    CHECK(page.find("default-src 'none'; ") != std::string::npos);
    CHECK(page.find("script-src 'sha256-") == (scripts == 0 ? std::string::npos : page.find("script-src")));
    CHECK(page.find("style-src 'sha256-") != std::string::npos);
    CHECK(page.find("unsafe") > page.find("<body>"));
    CHECK(page.find("&lt;script&gt;") != std::string::npos);
    if (const std::size_t at = page.find(page_script()); scripts > 0) page.erase(at, page_script().size());
    CHECK(occurrences(page, "<script") == scripts);
    CHECK(occurrences(page, "</script") == scripts);
    CHECK(occurrences(page, "</style>") == 1);
    CHECK(occurrences(page, "</title>") == 1);
    for (const char* never : {"<!--", "<img", "\x1b", "\xff"}) {
      INFO(never);
      CHECK(page.find(never) == std::string::npos);
    }
  }
}

TEST_CASE("a page's data may hold what a script once took for line ends, as escapes", "[reports]") {
  HtmlPage page("title");
  page.add_view("problems", json_text("a\u2028b\u2029c<d"));
  if (page_script().empty()) ASSAY_SKIP("the library was built without the script of pages (scripts/setup)");
  CHECK(page.str().find(R"("a\u2028b\u2029c\u003cd")") != std::string::npos);
}

TEST_CASE("a page stays within its bounds, and says what it leaves out", "[reports]") {
  auto runs = example_report();
  Run& run = runs.front().run;
  for (RunProblem& problem : run.problems)
    while (problem.samples.size() < 30) {
      RunSample sample = problem.samples.front();
      sample.program = std::string(1000, 'x') + std::to_string(problem.samples.size());
      sample.digest = digest_of(sample.program);
      problem.samples.push_back(std::move(sample));
    }
  PageBounds bounds;
  CHECK(problems_data(runs.front(), bounds).left_out ==
        "Left out to keep the page small: the programs of 400 samples that are here.");
  bounds.samples = 10 * run.problems.size();
  bounds.text_bytes = 100'000;
  bounds.program_bytes = 500;
  const ProblemsData data = problems_data(runs.front(), bounds);
  CHECK_THAT(data.left_out, Catch::Contains("800 samples (of each problem the first 10 are here)") &&
                                Catch::Contains("the programs of "));
  CHECK(data.json.size() < 2 * bounds.text_bytes);
  const auto told = boost::json::parse(data.json).as_object();
  const auto& problems = told.at("problems").as_array();
  REQUIRE(problems.size() == run.problems.size());
  for (const auto& problem : problems) {
    CHECK(problem.at("all") == 30);
    CHECK(problem.at("samples").as_array().size() == 10);
    const auto& programs = problem.at("programs").as_array();
    CHECK(programs.size() >= 4);  // no problem is without because others came first
    CHECK(programs.back().as_array().at(0).as_string().size() == 500);
    CHECK(programs.back().as_array().at(1).to_number<int>() > 1000);
  }
  bounds.problems = 7;
  CHECK_THAT(problems_data(runs.front(), bounds).left_out, Catch::Contains("33 problems"));
}

TEST_CASE("a text is cut between two characters", "[reports]") {
  CHECK(first_bytes("a\xc3\xa9z", 2) == "a");
  CHECK(first_bytes("a\xc3\xa9z", 3) == "a\xc3\xa9");
  CHECK(first_bytes("abc", 3) == "abc");
  CHECK(first_bytes("\xe2\x82\xac", 2).empty());
}

TEST_CASE("what is printed as JSON is JSON", "[reports]") {
  const auto told = boost::json::parse(comparison_json(example_comparison(12, 1), {true})).as_object();
  CHECK(told.at("verdict") == "regressed");
  CHECK(told.at("broken") == 12);
  CHECK(told.at("gates").as_array().size() == 2);
  const auto two = example_comparison(12, 1);
  auto both = two;
  both.push_back(two.front());
  adjust_together(both);
  const auto list = boost::json::parse(comparison_json(both, {})).at("comparisons").as_array();
  CHECK(list.size() == 2);
  CHECK(list[0].at("p_regressed_adjusted").to_number<double>() ==
        Approx(2 * list[0].at("p_regressed").to_number<double>()));
}

}  // namespace
}  // namespace assay::reports
