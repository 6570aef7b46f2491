#include "harness/cli/problem_texts.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "harness/oracle/expected_text.h"
#include "harness/python_call.h"
#include "harness/run_results.h"
#include "harness/store/database.h"
#include "harness/store/ground_truth_rows.h"

namespace assay::harness {
namespace {

using datasets::Problem;
using datasets::TestKind;

constexpr std::size_t most_bytes = 1000;  // of an input or an expected value

/// What canonical solutions returned, out of the store that the run is of.
class GroundTruths {
 public:
  GroundTruths(const reports::Run& run, const std::string& store) : run_(run) {
    if (run.source != store || run.fingerprint.empty()) return;
    constexpr std::chrono::seconds patience{2};
    if (auto opened = Database::open(store, patience)) database_.emplace(std::move(*opened));
  }
  /// Of one set of a problem, by call; empty where it is not kept.
  std::vector<GroundTruthCall> calls(const std::string& task_id, reports::TestSet set) {
    if (!database_) return {};
    const GroundTruthKey key{run_.dataset_sha256, task_id,
                             set == reports::TestSet::base ? TestSet::base : TestSet::plus, run_.fingerprint};
    const auto packed = read_ground_truth(*database_, key);
    if (!packed || !*packed) return {};
    return unpack(**packed).value_or(std::vector<GroundTruthCall>());
  }

 private:
  const reports::Run& run_;
  std::optional<Database> database_;
};

std::string input_text(const Problem& problem, reports::TestSet set, std::size_t index) {
  if (problem.kind == TestKind::assertions) return index < problem.tests.size() ? problem.tests[index] : "";
  const auto& inputs = set == reports::TestSet::base ? problem.base_input : problem.plus_input;
  if (problem.kind != TestKind::calls || index >= inputs.size()) return {};
  return python_call(problem.entry_point, inputs[index], most_bytes);
}

/// Tests that samples failed first; of samples without a program nothing is shown.
void add_tests(std::map<std::uint32_t, reports::TestText>& tests, const Problem& problem,
               const reports::RunProblem& judged, reports::TestSet set, GroundTruths& truths) {
  for (const reports::RunSample& sample : judged.samples) {
    const auto& result = set == reports::TestSet::base ? sample.base : sample.plus;
    if (sample.program.empty() || !result || result->first_failed < 0) continue;
    const auto index = static_cast<std::uint32_t>(result->first_failed);
    if (tests.contains(index)) continue;
    if (std::string input = input_text(problem, set, index); !input.empty())
      tests.emplace(index, reports::TestText{std::move(input), ""});
  }
  if (tests.empty() || problem.kind != TestKind::calls) return;
  const auto calls = truths.calls(problem.task_id, set);
  for (auto& [index, test] : tests) {
    if (index >= calls.size()) continue;
    if (const auto expected = ExpectedResult::from_bytes(calls[index].encoded))
      test.expected = expected_text(*expected, most_bytes);
  }
}

}  // namespace

reports::ProblemTexts problem_texts(const reports::Run& run, const std::string& store, const std::string& named) {
  if (run.dataset.empty() && named.empty()) return {};
  const auto dataset = dataset_of(run, named);
  if (!dataset) return {};
  std::unordered_map<std::string_view, const reports::RunProblem*> judged;
  for (const reports::RunProblem& problem : run.problems) judged[problem.task_id] = &problem;
  GroundTruths truths(run, store);
  reports::ProblemTexts texts;
  for (const Problem& problem : dataset->problems) {
    const auto found = judged.find(problem.task_id);
    if (found == judged.end()) continue;
    reports::ProblemText text{problem.prompt, {}, {}};
    add_tests(text.base, problem, *found->second, reports::TestSet::base, truths);
    add_tests(text.plus, problem, *found->second, reports::TestSet::plus, truths);
    texts.emplace(problem.task_id, std::move(text));
  }
  return texts;
}

}  // namespace assay::harness
