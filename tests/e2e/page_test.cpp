// The HTML pages as a reader has them: in a browser, by mouse and keyboard, on a phone, without JavaScript, and with
// texts that try to be code. What is looked at stands in tests/e2e/page/*.mjs.
#include <fmt/format.h>

#include <cstdlib>
#include <limits>

#include "reports/output/comparison_html.h"
#include "reports/output/decoding_html.h"
#include "reports/output/page_files.h"
#include "reports/output/run_html.h"
#include "reports/output/sweep_html.h"
#include "tests/e2e/workplace.h"
#include "tests/simulated_run.h"

using namespace assay::tests;
namespace reports = assay::reports;

namespace {

/// What is missing to look at pages; empty where nothing is.
std::string missing_for_pages() {
  if (reports::page_script().empty()) return "the library was built without the script of pages (scripts/setup)";
  const char* chromium = std::getenv("CHROMIUM");
  for (const std::string& tool : {std::string("node"), std::string(chromium ? chromium : "chromium")})
    if (std::system(("command -v '" + tool + "' >/dev/null 2>&1").c_str()) != 0)
      return tool + " is absent (scripts/setup --with-checks)";
  return {};
}

#define ASSAY_NEEDS_BROWSER()                                                                   \
  do {                                                                                          \
    if (const std::string missing = missing_for_pages(); !missing.empty()) ASSAY_SKIP(missing); \
  } while (false)

/// Runs a check of tests/e2e/page on pages.
Ended check(const std::string& script, const Words& pages) {
  std::map<std::string, std::string> environment;
  for (const char* name : {"PATH", "HOME", "CHROMIUM", "TMPDIR"})
    if (const char* value = std::getenv(name)) environment[name] = value;
  Words words{"/usr/bin/env", "node", ASSAY_SOURCE_DIR "/tests/e2e/page/" + script};
  words.insert(words.end(), pages.begin(), pages.end());
  constexpr int seconds = 120;
  return Command(words, environment).wait(seconds);
}

void check_holds(const std::string& script, const Words& pages) {
  const Ended ended = check(script, pages);
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
}

const std::string prompt = "def solve(numbers):\n    \"\"\"Sort the numbers.\"\"\"\n";

/// A run's page as a string, with the texts of its data set.
std::string page_of(reports::Run run) {
  reports::ProblemTexts texts;
  for (const auto& problem : run.problems)
    texts[problem.task_id] = {prompt, {{3, {"solve([3, 1])", "[1, 3]"}}}, {{3, {"solve([2, 1])", "[1, 2]"}}}};
  auto summary = reports::summarize(run, {});
  std::vector<reports::ReportedRun> runs;
  runs.push_back({std::move(run), std::move(summary), std::move(texts)});
  return reports::report_html(runs, 0.95);
}

constexpr const char* hostile =
    "</script></style><script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\">"
    "<svg onload='window.hacked = 1'></svg>\xe2\x80\xae evil \xd8\x9c\xe2\x80\xa8\x1b]0;x\x07\xff${window.hacked = 1}";

/// Every text that a model, a file or a data set could have chosen says `hostile`.
reports::Run hostile_run(const std::string& name) {
  reports::Run run = simulated_run({.problems = 12, .samples = 2, .seed = name == "base" ? 1U : 2U});
  run.name = name + hostile;
  run.dataset = run.limits = hostile;
  for (reports::RunProblem& problem : run.problems) {
    problem.task_id += hostile;
    problem.samples.back().program = std::string(16'000, '(');  // as deep as a page's programs can nest
    for (reports::RunSample& sample : problem.samples) {
      if (sample.program.front() != '(')
        sample.program = "def f():\n    '''" + std::string(hostile) + "'''\n" + hostile + "\n# " + sample.program;
      for (auto* result : {&sample.base, &sample.plus})
        if ((*result)->verdict != reports::Verdict::pass) {
          (*result)->cause = (*result)->detail = (*result)->failing_input = hostile;
          (*result)->attempts = {hostile};
          (*result)->cpu_seconds = std::numeric_limits<float>::infinity();
        }
    }
  }
  return run;
}

}  // namespace

TEST_CASE("a report's page is sorted, filtered and opened without an error, and is whole without JavaScript",
          "[page]") {
  ASSAY_NEEDS_BROWSER();
  const TemporaryFolder folder;
  check_holds("report.mjs",
              {write_file(folder / "report.html", page_of(simulated_run({.problems = 40, .samples = 4}))).string()});
}

TEST_CASE("a comparison's page shows the difference beside zero, and programs of what flipped", "[page]") {
  ASSAY_NEEDS_BROWSER();
  const TemporaryFolder folder;
  const auto comparison = reports::compare(simulated_run({.problems = 60, .samples = 2, .seed = 1}),
                                           simulated_run({.problems = 60, .samples = 2, .seed = 2}), {});
  REQUIRE(comparison);
  check_holds("compare.mjs",
              {write_file(folder / "compare.html", reports::comparison_html({*comparison}, {})).string()});
}

TEST_CASE("nothing that a page shows can run, turn the direction of text, or fetch anything", "[page]") {
  ASSAY_NEEDS_BROWSER();
  const TemporaryFolder folder;
  const reports::Run base = hostile_run("base"), newer = hostile_run("new");
  const auto comparison = reports::compare(base, newer, {});
  REQUIRE(comparison);
  check_holds("hostile.mjs",
              {write_file(folder / "report.html", page_of(base)).string(),
               write_file(folder / "compare.html", reports::comparison_html({*comparison}, {})).string()});
}

TEST_CASE("a page of decode traces has curves, a heat map, and a replay that keys and buttons move through", "[page]") {
  ASSAY_NEEDS_BROWSER();
  // Sixteen positions by two a step, inside out; three samples, of which two are shown.
  reports::DecodingPage content;
  content.source = hostile;
  reports::TextBudget budget(1U << 20);
  std::vector<reports::SampleArNess> samples;
  const std::vector<std::uint64_t> ks{1, 2, 3};
  for (int sample = 0; sample < 3; ++sample) {
    reports::Trace trace;
    trace.task_id = hostile;
    trace.prompt_length = 4;
    for (std::int64_t step = 0; step < 8; ++step) trace.steps.push_back({0, {11 - step, 12 + step}, {1, 2}, {}});
    content.heat.add(trace, reports::Positions::all, {});
    const auto order = reports::fill_order(trace, reports::Positions::all, {});
    samples.push_back({trace.task_id, "0", true, order.size(), reports::ar_ness(order, ks)});
    if (sample < 2)
      content.replays.push_back(reports::replay_of(
          trace, [](std::int64_t token) { return token == 1 ? std::string("<script>x=1\n") : std::string(hostile); },
          {}, budget));
  }
  content.pooled = reports::pooled(samples, ks);
  const TemporaryFolder folder;
  check_holds("decoding.mjs", {write_file(folder / "decoding.html", reports::decoding_html(content)).string()});
}

TEST_CASE("a sweep's page draws pass@k, diversity and AR-ness against the temperature", "[page]") {
  ASSAY_NEEDS_BROWSER();
  reports::Sweep sweep{hostile, hostile, {}};
  const std::vector<std::uint64_t> ks{1, 2};
  for (const unsigned seed : {1U, 2U, 3U}) {
    reports::Run run = simulated_run({.problems = 20, .samples = 4, .seed = seed});
    run.name = hostile;
    for (auto& problem : run.problems)
      for (std::size_t i = 0; i < problem.samples.size(); ++i) problem.samples[i].digest = {1, i % 3};
    const std::vector<std::int64_t> order{0, 2, 1, 3};
    const std::vector<reports::SampleArNess> traced{{"T", "0", true, 4, reports::ar_ness(order, ks)}};
    sweep.points.push_back(reports::sweep_point(0.4 * seed, run, traced, ks, {}));
  }
  const TemporaryFolder folder;
  check_holds("sweep.mjs", {write_file(folder / "sweep.html", reports::sweep_html(sweep)).string()});
}

TEST_CASE("the page of 542 problems of 20 samples opens", "[page]") {
  ASSAY_NEEDS_BROWSER();
  const TemporaryFolder folder;
  const auto path = write_file(folder / "large.html", page_of(simulated_run({.problems = 542, .samples = 20})));
  const Ended ended = check("open.mjs", {path.string()});
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  const std::size_t at = ended.out.find("open_ms ");
  REQUIRE(at != std::string::npos);
  constexpr int most_milliseconds = 10'000;  // bench/report prints what it takes; this is for what never ends
  CHECK(std::stoi(ended.out.substr(at + 8)) < most_milliseconds);
}

TEST_CASE("the commands write pages with the programs of the runs they are given", "[page]") {
  const Workplace place;
  const std::string file = (place / "run.jsonl").string(), other = (place / "other.jsonl").string();
  write_run(simulated_run({.problems = 20, .samples = 2, .seed = 1}), file);
  write_run(simulated_run({.problems = 20, .samples = 2, .seed = 2}), other);
  const std::string page = (place / "page.html").string();
  REQUIRE(place.assay({"report", file, "--html", page}, 60).code == 0);
  CHECK_THAT(read_file(page), Catch::Contains("<h1>assay report</h1>") && Catch::Contains("Simulated/19"));
  if (!reports::page_script().empty()) CHECK_THAT(read_file(page), Catch::Contains("def solve(numbers):"));
  REQUIRE(place.assay({"compare", file, other, "--html", page}, 60).code == 0);
  CHECK_THAT(read_file(page), Catch::Contains("<h1>assay compare</h1>"));
  if (!reports::page_script().empty()) CHECK_THAT(read_file(page), Catch::Contains("def solve(numbers):"));
}
