#include "reports/results/comparison.h"

#include <cmath>

#include "reports/output/comparison_text.h"
#include "reports/results/estimate.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("runs that may not be compared are refused, each with its reason", "[reports]") {
  Run base = example_run("base", 0, 0);
  base.dataset_md5 = "m1";
  struct Row {
    const char* what;
    void (*change)(Run&);
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"fewer problems", [](Run& run) { run.problems.pop_back(); }, "it lacks 1 of the base's 40 problems"},
      {"other limits", [](Run& run) { run.limits = "min 1 s"; }, "different limits"},
      {"other data", [](Run& run) { run.dataset_sha256 = "d2"; },
       "of different data: humaneval (sha256 d1, md5 m1) and humaneval (sha256 d2, md5 m1)"},
      {"other data, by md5",
       [](Run& run) {
         run.dataset_sha256.clear();
         run.dataset_md5 = "0123456789abcdef";
       },
       "of different data: humaneval (sha256 d1, md5 m1) and humaneval (md5 0123456789ab)"},
      {"another data set, with no digest that both know",
       [](Run& run) {
         run.dataset_sha256.clear();
         run.dataset_md5.clear();
         run.dataset = "mbpp";
       },
       "of different data: humaneval (sha256 d1, md5 m1) and mbpp"},
      {"an open sample", [](Run& run) { run.problems[3].samples[0].base.reset(); }, "have no verdict"},
      {"no plus tests", [](Run& run) { run.has_plus = false; }, "has no plus tests"},
      {"no sample", [](Run& run) { run.problems[3].samples.clear(); }, "too few"},
  }));
  CAPTURE(row.what);
  Run newer = base;
  row.change(newer);
  const auto comparison = compare(base, newer, {});
  REQUIRE_FALSE(comparison);
  CHECK(comparison.error().code == Errc::comparison);
  CHECK(comparison.error().message.find(row.reason) != std::string::npos);
}

TEST_CASE("the same data by another name is the same, and what a side does not know is said", "[reports]") {
  const Run base = example_run("base", 0, 0);
  Run newer = example_run("new", 0, 0);
  newer.dataset = "HumanEvalPlus-v0.1.10";
  CHECK(compare(base, newer, {}).value().notes.empty());
  newer.limits.clear();
  const auto notes = compare(base, newer, {}).value().notes;
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0], Catch::Contains("new does not say under which limits it ran"));
}

TEST_CASE("plus tests that ran on one side alone are no changed verdict", "[reports]") {
  const Run base = example_run("base", 0, 0);
  Run newer = base;
  newer.name = "new";
  newer.has_plus = false;
  for (RunProblem& problem : newer.problems)
    for (RunSample& sample : problem.samples) sample.plus.reset();
  CompareOptions on_base;
  on_base.metric = Metric{TestSet::base, 1};
  CHECK(compare(base, newer, on_base).value().flaky.empty());
  CHECK(flaky_programs(pooled({base, newer})).empty());
  newer.problems[5].samples[0].base->verdict = Verdict::timeout;
  CHECK(compare(base, newer, on_base).value().flaky.size() == 1);
}

TEST_CASE("problems that only the new run has are left out, and that is said", "[reports]") {
  const Run base = example_run("base", 0, 0);
  Run newer = base;
  newer.name = "new";
  newer.problems.push_back({"HumanEval/900", {sample_of(900, "x", true, true)}});
  const auto comparison = compare(base, newer, {});
  REQUIRE(comparison);
  CHECK(comparison->problems == 40);
  REQUIRE(comparison->notes.size() == 1);
  CHECK(comparison->notes[0].find("left out: 1") != std::string::npos);
}

TEST_CASE("a run against itself is compared, with a note that it is one", "[reports]") {
  const Run run = example_run("base", 0, 0);
  Run other = run;
  CHECK(compare(run, other, {}).value().notes == std::vector<std::string>{"base and new are the same run"});
  other.source = "other.db";  // as an export has another
  CHECK(compare(run, other, {}).value().notes == std::vector<std::string>{"base and new are the same run"});
  other.created = "2026-02-01T00:00:00Z";
  CHECK(compare(run, other, {}).value().notes.empty());
}

TEST_CASE("a changed verdict of the same program is told apart from a changed model", "[reports]") {
  const auto comparison = example_comparison(2, 0).front();  // HumanEval/0 is the same program in both
  REQUIRE(comparison.broken.size() == 2);
  for (const Flip& flip : comparison.broken) CHECK(flip.same_programs == (flip.task_id == "HumanEval/0"));
  REQUIRE(comparison.flaky.size() == 1);
  CHECK(comparison.flaky[0].task_id == "HumanEval/0");
}

TEST_CASE("gates fire on what they name and on nothing less", "[reports]") {
  CHECK(fired_gates(example_comparison(3, 3).front(), {true}).empty());
  CHECK(fired_gates(example_comparison(12, 0).front(), {true}).size() == 2);
  CHECK(fired_gates(example_comparison(12, 0).front(), {false}).size() == 1);  // --max-drop 5
}

/// 30 problems of as many samples, all right but the first one of each of the first `flawed` problems.
Run run_of_samples(const std::string& name, std::size_t samples, std::size_t flawed) {
  Run run = example_run(name, 0, 0);
  run.problems.resize(30);
  for (std::size_t i = 0; i < run.problems.size(); ++i) {
    auto& made = run.problems[i].samples;
    made.clear();
    for (std::size_t n = 0; n < samples; ++n) {
      const bool right = i >= flawed || n > 0;
      made.push_back(sample_of(static_cast<std::uint32_t>(i * samples + n), name + std::to_string(n), right, right));
    }
  }
  return run;
}

TEST_CASE("twenty samples that show what one could not are no regression", "[reports]") {
  // One sample of 20 is wrong for some problems, which one sample a problem would mostly miss. All differences are of
  // one sign, so that flips of signs would give p = 2^-10 and 2^-25. Were the runs alike, the wrong one is among the
  // twenty 20 times in 21: p = (20/21)^10 for ten problems that all count alike.
  const auto exact = compare(run_of_samples("base", 1, 0), run_of_samples("new", 20, 10), {});
  REQUIRE(exact);
  CHECK(exact->test.unequal == 30);
  CHECK(exact->test.exact);
  CHECK(exact->test.p_regressed == Approx(std::pow(20.0 / 21, 10)));
  CHECK(exact->judgement.verdict == ComparisonVerdict::inconclusive);
  CHECK(comparison_text({*exact}).find("exact permutation test") != std::string::npos);

  const auto drawn = compare(run_of_samples("base", 1, 0), run_of_samples("new", 20, 25), {});
  REQUIRE(drawn);
  CHECK_FALSE(drawn->test.exact);
  CHECK(drawn->judgement.verdict == ComparisonVerdict::inconclusive);
  CHECK(fired_gates(*drawn, {true}).empty());
  CHECK(comparison_text({*drawn}).find("permutation test of random draws") != std::string::npos);
  REQUIRE(drawn->notes.size() == 1);
  CHECK(drawn->notes[0].find("differ between the runs for 30 of the 30 problems") != std::string::npos);
}

TEST_CASE("intervals fit what they are of", "[reports]") {
  Run run = example_run("base", 0, 0);
  const Metric metric{TestSet::plus, 1};
  CHECK(estimate(run, metric, 0.95)->method == "clopper-pearson");  // four failures
  for (std::size_t i = 0; i < 12; ++i) run.problems[i].samples[0].base->verdict = Verdict::fail;
  CHECK(estimate(run, metric, 0.95)->method == "wilson");
  for (RunProblem& problem : run.problems) problem.samples.push_back(sample_of(99, "y", true, true));
  CHECK(estimate(run, metric, 0.95)->method == "bootstrap-bca");
  CHECK(curve_of_k(run) == std::vector<std::uint64_t>{1, 2});
  CHECK_FALSE(estimate(run, {TestSet::plus, 3}, 0.95));
  for (RunProblem& problem : run.problems) problem.samples[0].base->verdict = Verdict::fail;
  CHECK_FALSE(estimate(run, metric, 0.95)->interval);  // all scores are one half
}

}  // namespace
}  // namespace assay::reports
