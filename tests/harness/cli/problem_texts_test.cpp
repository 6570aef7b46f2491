// What a page can say of problems: out of mini, which is always at hand, and a store with expected results.
#include "harness/cli/problem_texts.h"

#include "datasets/load.h"
#include "harness/oracle/expected_result.h"
#include "harness/store/store.h"
#include "tests/catch.h"
#include "tests/harness/oracle/encode.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

using namespace tests;

/// A run of mini's first problem with a sample that failed base test 1, and one that failed plus test 0.
reports::Run run_of(const datasets::Dataset& mini, const std::string& source) {
  const auto failed = [](std::int64_t test) {
    reports::SetResult result;
    result.first_failed = test;
    return result;
  };
  reports::RunSample first, second, unread;
  first.program = second.program = "def f(): pass";
  first.base = failed(1);
  second.plus = failed(0);
  unread.base = failed(2);
  reports::Run run;
  run.source = source;
  run.dataset = "mini";
  run.dataset_sha256 = mini.sha256;
  run.fingerprint = "CPython";
  run.problems.push_back({mini.problems.front().task_id, {first, second, unread}});
  return run;
}

TEST_CASE("a page is given the prompts of its problems, and of failed tests inputs and expected values", "[report]") {
  const TemporaryFolder folder;
  const std::string path = (folder / "store.db").string();
  const auto mini = datasets::load("mini");
  REQUIRE(mini);
  const datasets::Problem& problem = mini->dataset.problems.front();
  {
    auto store = Store::open(path);
    REQUIRE(store);
    const ExpectedResult expected{sandbox::ResultHeader::Kind::whole, 0, {integer(42)}};
    const std::vector<GroundTruthCall> calls(2, {expected.to_bytes(), false, 0});
    REQUIRE(store->put_ground_truth(mini->dataset.sha256, problem.task_id, TestSet::base, "CPython", calls));
  }
  const auto texts = problem_texts(run_of(mini->dataset, path), path, "");
  REQUIRE(texts.size() == 1);
  const reports::ProblemText& text = texts.at(problem.task_id);
  CHECK(text.prompt == problem.prompt);
  REQUIRE(text.base.size() == 1);  // a sample without a program shows no test
  CHECK_THAT(text.base.at(1).input, Catch::StartsWith(problem.entry_point + "(") && Catch::EndsWith(")"));
  CHECK(text.base.at(1).expected == "42");
  REQUIRE(text.plus.size() == 1);
  CHECK(text.plus.at(0).expected.empty());  // the store has none

  const auto elsewhere = problem_texts(run_of(mini->dataset, "run.jsonl"), path, "");
  CHECK(elsewhere.at(problem.task_id).base.at(1).expected.empty());

  // One whose data set is a file that the run does not know the place of.
  reports::Run placeless = run_of(mini->dataset, path);
  placeless.dataset = "no-such-data-set";
  CHECK(problem_texts(placeless, path, "").empty());
  CHECK(problem_texts(placeless, path, "mini").at(problem.task_id).base.at(1).expected == "42");
}

TEST_CASE("a page is given nothing of a data set that is not the one the run was judged on", "[report]") {
  const auto mini = datasets::load("mini");
  REQUIRE(mini);
  reports::Run run = run_of(mini->dataset, "store.db");
  run.dataset_sha256[0] = run.dataset_sha256[0] == '0' ? '1' : '0';
  CHECK(problem_texts(run, "", "").empty());
  run.dataset = "no-such-data-set";
  CHECK(problem_texts(run, "", "").empty());
  run.dataset.clear();
  CHECK(problem_texts(run, "", "").empty());
}

}  // namespace
}  // namespace assay::harness
