#include "harness/cli/problem_texts.h"

#include <algorithm>

#include "datasets/load.h"
#include "harness/python_literal.h"

namespace assay::harness {
namespace {

using datasets::Problem;
using datasets::TestKind;

constexpr std::size_t most_bytes = 1000;  // of a test

reports::TestText test_text(const Problem& problem, reports::TestSet set, std::size_t index) {
  if (problem.kind == TestKind::assertions) return {index < problem.tests.size() ? problem.tests[index] : "", ""};
  const auto& inputs = set == reports::TestSet::base ? problem.base_input : problem.plus_input;
  if (problem.kind != TestKind::calls || index >= inputs.size()) return {};
  return {python_call(problem.entry_point, inputs[index], most_bytes), ""};
}

/// Tests that samples failed first; of samples without a program nothing is shown.
void add_tests(reports::ProblemText& text, const Problem& problem, const reports::RunProblem& judged) {
  for (const reports::RunSample& sample : judged.samples) {
    if (sample.program.empty()) continue;
    for (const auto set : {reports::TestSet::base, reports::TestSet::plus}) {
      const auto& result = set == reports::TestSet::base ? sample.base : sample.plus;
      if (!result || result->first_failed < 0) continue;
      auto& tests = set == reports::TestSet::base ? text.base : text.plus;
      const auto index = static_cast<std::uint32_t>(result->first_failed);
      if (tests.contains(index)) continue;
      if (auto test = test_text(problem, set, index); !test.input.empty()) tests.emplace(index, std::move(test));
    }
  }
}

}  // namespace

reports::ProblemTexts problem_texts(const reports::Run& run) {
  if (run.dataset.empty()) return {};
  datasets::LoadOptions options;
  options.offline = true;
  const auto loaded = datasets::load(run.dataset, options);
  if (!loaded || loaded->dataset.sha256 != run.dataset_sha256) return {};
  reports::ProblemTexts texts;
  for (const Problem& problem : loaded->dataset.problems) {
    const auto judged = std::find_if(run.problems.begin(), run.problems.end(),
                                     [&](const auto& one) { return one.task_id == problem.task_id; });
    if (judged == run.problems.end()) continue;
    reports::ProblemText text{problem.prompt, {}, {}};
    add_tests(text, problem, *judged);
    texts.emplace(problem.task_id, std::move(text));
  }
  return texts;
}

}  // namespace assay::harness
