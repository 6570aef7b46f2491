// What outputs promise of their size and of hostile text.
#include <boost/json.hpp>

#include "reports/output/comparison_html.h"
#include "reports/output/comparison_json.h"
#include "reports/output/comparison_markdown.h"
#include "reports/output/comparison_text.h"
#include "reports/output/json_text.h"
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

TEST_CASE("a summary stays below its limit, keeps what matters most, and says what it left out", "[reports]") {
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
  CHECK(printable("a\n\x1b[0m\xff\xe2\x80\xae") == "a\\n\\u001b[0m\\xff\\u202e");
  CHECK(valid_utf8("\xed\xa0\x80 \xc3\xa9") == "\\xed\\xa0\\x80 \xc3\xa9");
  CHECK(csv_field("=1+1") == "'=1+1");
  CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
  CHECK(json_text("\"\\\n\x01\xed\xa0\x80\xff") == R"("\"\\\n\u0001\ud800\\xff")");
  CHECK(json_number(0.1) == "0.1");
  CHECK(json_number(std::optional<double>()) == "null");
}

TEST_CASE("a page holds no markup that a run's texts chose, and its policy allows no script", "[reports]") {
  auto runs = example_report();
  Run& run = runs.front().run;
  const std::string hostile = "</style></title></td><script>alert(1)</script><img src=x onerror='alert(1)'>\"\x1b\xff";
  run.name = run.dataset = run.limits = hostile;
  SetResult& failed = *run.problems.back().samples.front().plus;
  failed.verdict = Verdict::fail;
  failed.cause = hostile;
  runs.front().summary = summarize(run, {});
  runs.front().summary.attempts->kinds[hostile] = 1;
  const std::string page = report_html(runs, 0.95);
  CHECK(page.find("default-src 'none'; style-src 'sha256-") != std::string::npos);
  CHECK(page.find("&lt;script&gt;") != std::string::npos);
  for (const char* never : {"<script", "<img", "\x1b", "\xff"}) {
    INFO(never);
    CHECK(page.find(never) == std::string::npos);
  }
  auto comparisons = example_comparison(12, 4);
  Comparison& comparison = comparisons.front();
  comparison.broken.front().task_id = comparison.dataset = comparison.base_name = comparison.newer_name = hostile;
  comparison.notes = {hostile};
  const std::string compared = comparison_html(comparisons, {true});
  CHECK(compared.find("<strong>regressed</strong>") != std::string::npos);
  CHECK(compared.find("Broken: 12 problems") != std::string::npos);
  for (const char* never : {"<script", "<img", "\x1b", "\xff"}) {
    INFO(never);
    CHECK(compared.find(never) == std::string::npos);
  }
  CHECK(page.find("</style>") == page.rfind("</style>"));
  CHECK(page.find("</title>") == page.rfind("</title>"));
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
