// Canonical and reference solutions of the real benchmarks: all pass.
#include "datasets/load.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;
namespace datasets = assay::datasets;

namespace {

std::filesystem::path data(const char* name) { return shared_dir() / "data" / name; }

std::string whole_solution(const datasets::Problem& problem) {
  const bool continues = problem.kind != datasets::TestKind::assertions;
  return continues ? problem.prompt + problem.canonical_solution : problem.canonical_solution;
}

}  // namespace

TEST_CASE("every canonical solution passes all tests of its task, and shows no attempt", "[canonical]") {
  struct Set {
    const char *name, *flag, *file;
    std::size_t tasks;
    bool plus;
  };
  // What --noextreme leaves of a set is among the tests of the whole.
  const auto set = GENERATE(values<Set>({
      {"humaneval", "", "HumanEvalPlus.jsonl.gz", 164, true},
      {"humaneval", "--mini", "HumanEvalPlus-Mini.jsonl.gz", 164, true},
      {"mbpp", "", "MbppPlus.jsonl.gz", 378, true},
      {"humaneval-original", "", "HumanEval.jsonl.gz", 164, false},
      {"mbpp-original", "", "mbpp.jsonl", 974, false},
      {"mbpp-sanitized", "", "sanitized-mbpp.json", 427, false},
  }));
  CAPTURE(set.name, set.flag);
  ASSAY_NEEDS(data(set.file));
  datasets::LoadOptions options;
  options.mini = std::string_view(set.flag) == "--mini";
  options.data_file = data(set.file).string();
  const auto loaded = datasets::load(set.name, options);
  REQUIRE(loaded);
  std::string lines;
  for (const auto& problem : loaded->dataset.problems) lines += sample_line(problem.task_id, whole_solution(problem));

  const Workplace place;
  Words words = place.eval_of_a_benchmark(set.name, write_file(place / "samples.jsonl", lines),
                                          {"--data", data(set.file).string()});
  if (*set.flag != 0) words.emplace_back(set.flag);
  const auto report = printed(place.assay(words));
  const auto entries = read_results(place / "results.json");
  CHECK(entries.size() == set.tasks);
  std::string failed;
  for (const Entry& entry : entries)
    if (entry.base != "pass" || (set.plus ? entry.plus != "pass" : !entry.plus.empty())) failed += entry.text() + "\n";
  CAPTURE(failed);
  CHECK(failed.empty());
  check_counts(report, entries);
  CHECK(report.at("attempts").at("samples") == 0);
}
