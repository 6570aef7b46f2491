#include "harness/service/task_sets.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "datasets/load.h"
#include "harness/errors.h"
#include "harness/evaluation/check_program.h"
#include "harness/evaluation/judge.h"
#include "harness/evaluation/sandbox_error.h"

namespace assay::harness {

struct TaskSets::Shared {
  explicit Shared(const sandbox::Options& options) : references(options) {}
  References references;
};

struct TaskSets::Set {
  Set(datasets::Dataset loaded, sandbox::Executor& executor, Store& store, References& references)
      : dataset(std::move(loaded)),
        truth(executor, store, dataset),
        judge(executor, references, truth, dataset, JudgeSettings{{}, FailTests::all}) {
    for (const auto& problem : dataset.problems) tasks.emplace(problem.task_id, &problem);
  }
  datasets::Dataset dataset;
  mutable GroundTruth truth;
  Judge judge;
  std::unordered_map<std::string, const datasets::Problem*> tasks;
};

namespace {

/// Adds what one set of tests said.
void count(Score& score, const SetResult& result, std::size_t count) {
  score.seconds += result.cpu_seconds;
  score.attempts.add(result.attempts);
  score.shared = score.shared || result.shared;
  const bool is_first = score.tests.empty() || score.cause == Cause::none;
  if (is_first) score.verdict = result.verdict, score.cause = result.cause, score.detail = result.detail;
  const std::size_t begin = score.tests.size();
  // Tests are judged in order; what is neither passed nor failed was not reached.
  const std::size_t done = std::min(count, result.passed + result.failed.size());
  score.tests.resize(begin + count, TestOutcome::not_run);
  for (std::size_t i = 0; i < done; ++i) score.tests[begin + i] = TestOutcome::passed;
  for (const std::uint32_t i : result.failed)
    if (i < count) score.tests[begin + i] = TestOutcome::failed;
}

/// Judged once more where a kill from outside decided, or a limit passed in doubt, and then it counts; but such a kill
/// never does. Not alone, as `assay eval` judges then: that would stop the whole service for one sample.
Result<SetResult> judge_twice(const Judge& judge, const datasets::Problem& problem, TestSet which,
                              const std::string& program, const std::stop_token& stop) {
  auto judged = judge.judge(problem, which, program, stop);
  sandbox::Attempts attempts;
  if (judged && judged->again_alone && judged->result.verdict != Verdict::pass) {
    attempts = judged->result.attempts;
    judged = judge.judge(problem, which, program, stop);
  }
  if (!judged) return tl::unexpected(judged.error());
  if (judged->memory_contended) return tl::unexpected(of_sandbox(killed_from_outside()));
  judged->result.attempts.add(attempts);
  return std::move(judged->result);
}

/// A task whose tests are programs.
Result<Score> score_tests(const Scorer& scorer, ReferenceTests& reference, const datasets::Problem& problem,
                          const std::string& program, const std::stop_token& stop) {
  const sandbox::CheckJob job = check_job(problem, program, {}, reference.known(problem));
  auto score = scorer.score(job, stop);
  if (!score || !score->out_of_time) return score;
  const auto longer = reference.with_more_time(job, problem, {}, stop);
  if (!longer) return tl::unexpected(of_sandbox(longer.error()));
  if (!*longer) return score;
  auto again = scorer.score(**longer, stop);
  if (!again) return again;
  again->seconds += score->seconds;
  again->attempts.add(score->attempts);
  again->settle();
  return again;
}

}  // namespace

TaskSets::TaskSets(sandbox::Executor& executor, const sandbox::Options& options, Store& store)
    : executor_(executor), store_(store), shared_(std::make_unique<Shared>(options)) {}
TaskSets::~TaskSets() = default;

Result<std::vector<std::string>> TaskSets::add(const std::string& name_or_file, bool offline) {
  datasets::LoadOptions options;
  options.offline = offline;
  auto loaded = datasets::load(name_or_file, options);
  if (!loaded) return tl::unexpected(of_datasets(loaded.error()));
  const std::string name = loaded->dataset.name;
  sets_[name] = std::make_unique<Set>(std::move(loaded->dataset), executor_, store_, shared_->references);
  return std::move(loaded->warnings);
}

const TaskSets::Set* TaskSets::find(const std::string& dataset) const {
  const auto found = sets_.find(dataset);
  return found == sets_.end() ? nullptr : found->second.get();
}

bool TaskSets::has(const std::string& dataset) const { return find(dataset) != nullptr; }

bool TaskSets::has(const std::string& dataset, const std::string& task_id) const {
  const Set* set = find(dataset);
  return set != nullptr && set->tasks.contains(task_id);
}

Result<Score> TaskSets::score(const Scorer& scorer, const std::string& dataset, const std::string& task_id,
                              const std::string& program, const std::stop_token& stop) const {
  const Set& set = *find(dataset);
  const datasets::Problem& problem = *set.tasks.at(task_id);
  if (problem.kind != datasets::TestKind::calls) return score_tests(scorer, set.truth.tests(), problem, program, stop);
  Score score;
  for (const TestSet which : {TestSet::base, TestSet::plus}) {
    const std::size_t tests = inputs_of(problem, which).size();
    if (tests == 0) continue;
    const auto result = judge_twice(set.judge, problem, which, program, stop);
    if (!result) return tl::unexpected(result.error());
    count(score, *result, tests);
  }
  score.settle();
  if (std::ranges::count(score.tests, TestOutcome::passed) == 0) {
    const auto parses = scorer.parses(program, stop);
    if (!parses) return tl::unexpected(parses.error());
    score.parses = *parses;
  }
  return score;
}

}  // namespace assay::harness
