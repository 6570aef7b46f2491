#include "harness/evaluation/evaluation.h"

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/evaluation/pipeline.h"
#include "harness/evaluation/work_order.h"

namespace assay::harness {
namespace {

constexpr std::size_t most_undecided_told = 5;

TestSet set_of(bool plus) { return plus ? TestSet::plus : TestSet::base; }

/// One distinct program of one problem, and the samples that it came from.
struct Solution {
  std::size_t problem = 0;
  const std::string* program = nullptr;
  std::vector<std::size_t> samples;
  std::optional<SetResult> base, plus;
};

/// One that came near a limit, and what it tried then.
struct Again {
  WorkItem item;
  sandbox::Attempts attempts;
};

struct Done {
  WorkItem item;
  Result<Judged> judged;
};

class Run {
 public:
  Run(sandbox::Executor& executor, References& references, Store& store, RunId run, const datasets::Dataset& dataset,
      const std::vector<Sample>& samples, const EvaluationSettings& settings, const Observer& observer,
      std::stop_token stop)
      : executor_(executor),
        store_(store),
        run_(run),
        dataset_(dataset),
        samples_(samples),
        settings_(settings),
        observer_(observer),
        truth_(executor, store, dataset),
        judge_(executor, references, truth_, dataset, settings.judge),
        forward_(std::move(stop), [this] { stop_.request_stop(); }) {}

  Result<Evaluation> operator()();

 private:
  bool wants_plus() const { return dataset_.has_plus && !settings_.base_only; }
  Result<void> take_kept();
  void gather_solutions();
  Result<std::vector<WorkItem>> plan();
  void judge_all(const std::vector<WorkItem>& items);
  void judge_near_limits();
  void record(Done done);
  void keep(Solution& solution, bool plus, SetResult result);
  void finish(const Solution& solution);
  void abort(Error error);

  sandbox::Executor& executor_;
  Store& store_;
  RunId run_;
  const datasets::Dataset& dataset_;
  const std::vector<Sample>& samples_;
  const EvaluationSettings& settings_;
  const Observer& observer_;
  GroundTruth truth_;
  Judge judge_;
  std::vector<Solution> solutions_;
  std::vector<Again> alone_;
  Evaluation evaluation_;
  std::size_t undecided_ = 0;
  std::optional<Error> fatal_;
  std::stop_source stop_;  ///< the caller's, or our own after a failure that ends the run
  std::stop_callback<std::function<void()>> forward_;
};

/// Samples that an earlier start of this run has judged already.
Result<void> Run::take_kept() {
  evaluation_.results.resize(samples_.size());
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    auto kept = store_.verdict(run_, samples_[i]);
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept) continue;
    evaluation_.results[i] = std::move(**kept);
    ++evaluation_.kept;
    observer_.done(*evaluation_.results[i]);
  }
  return {};
}

void Run::gather_solutions() {
  std::map<std::string_view, std::size_t> problems;
  for (std::size_t i = 0; i < dataset_.problems.size(); ++i) problems[dataset_.problems[i].task_id] = i;
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> known;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const auto problem = problems.find(samples_[i].task_id);
    if (evaluation_.results[i] || problem == problems.end()) continue;
    const auto [place, fresh] = known.try_emplace({problem->second, samples_[i].solution}, solutions_.size());
    if (fresh) solutions_.push_back({problem->second, &samples_[i].solution, {}, {}, {}});
    solutions_[place->second].samples.push_back(i);
  }
}

/// All expected results that are needed, on all slots; then the order of the work.
Result<std::vector<WorkItem>> Run::plan() {
  std::vector<WorkItem> items;
  for (std::size_t i = 0; i < solutions_.size(); ++i) {
    const bool spin = may_spin(*solutions_[i].program);
    items.push_back({i, solutions_[i].problem, false, 0, spin});
    if (wants_plus()) items.push_back({i, solutions_[i].problem, true, 0, spin});
  }
  std::map<std::pair<std::size_t, bool>, double> seconds;
  for (const WorkItem& item : items)
    if (dataset_.problems[item.problem].kind == datasets::TestKind::calls) seconds[{item.problem, item.plus}] = 0;
  std::vector<std::pair<std::size_t, bool>> needed;
  for (const auto& [key, unknown] : seconds) needed.push_back(key);

  std::optional<Error> failed;
  std::size_t known_now = 0;
  work_through(
      needed.size(), executor_.slots(), stop_.get_token(),
      [&](std::size_t i) -> std::optional<Error> {
        const auto truth = truth_.get(dataset_.problems[needed[i].first], set_of(needed[i].second), stop_.get_token());
        if (!truth) return truth.error();
        seconds.find(needed[i])->second = (*truth)->total_seconds();
        return std::nullopt;
      },
      [&](std::optional<Error> error) {
        observer_.busy_with(fmt::format("{}/{} expected results", ++known_now, needed.size()));
        if (!error || failed) return;
        failed = std::move(error);
        stop_.request_stop();
      });
  observer_.busy_with("");
  if (failed && failed->code != Errc::interrupted) return tl::unexpected(*failed);
  for (WorkItem& item : items)
    if (const auto known = seconds.find({item.problem, item.plus}); known != seconds.end())
      item.expected_seconds = known->second;
  if (settings_.order == WorkOrder::longest_first) order(items);
  return items;
}

void Run::judge_all(const std::vector<WorkItem>& items) {
  work_through(
      items.size(), executor_.slots(), stop_.get_token(),
      [&](std::size_t i) -> Done {
        const WorkItem& item = items[i];
        return {item, judge_.judge(dataset_.problems[item.problem], set_of(item.plus),
                                   *solutions_[item.solution].program, stop_.get_token())};
      },
      [&](Done done) { record(std::move(done)); });
}

/// Those that came near a limit, when all others are done: to stop the rest for each of them would cost more.
void Run::judge_near_limits() {
  std::size_t left = alone_.size();
  for (const auto& [item, attempts] : std::exchange(alone_, {})) {
    if (stop_.stop_requested()) return;
    observer_.busy_with(fmt::format("{} near a limit, once more and alone", left--));
    const Solution& solution = solutions_[item.solution];
    auto result =
        judge_.judge_alone(dataset_.problems[item.problem], set_of(item.plus), *solution.program, stop_.get_token());
    if (result) result->attempts.add(attempts);
    record({item, result ? Result<Judged>(Judged{std::move(*result)}) : tl::unexpected(result.error())});
  }
}

void Run::record(Done done) {
  if (!done.judged) {
    const Error& error = done.judged.error();
    if (error.code == Errc::interrupted || stop_.stop_requested()) return;
    if (error.code != Errc::sandbox) return abort(error);
    if (undecided_++ < most_undecided_told)
      observer_.left_undecided(
          fmt::format("{}: no verdict: {}", dataset_.problems[done.item.problem].task_id, error.message));
    return;
  }
  if (done.judged->again_alone)
    alone_.push_back({done.item, done.judged->result.attempts});
  else
    keep(solutions_[done.item.solution], done.item.plus, std::move(done.judged->result));
}

void Run::keep(Solution& solution, bool plus, SetResult result) {
  (plus ? solution.plus : solution.base) = std::move(result);
  if (solution.base && (solution.plus || !wants_plus())) finish(solution);
}

void Run::finish(const Solution& solution) {
  for (const std::size_t sample : solution.samples) {
    const SampleResult result{*solution.base, solution.plus};
    if (const auto put = store_.put(run_, samples_[sample].ordinal, result); !put) return abort(put.error());
    ++evaluation_.judged;
    observer_.done(result);
    evaluation_.results[sample] = result;
  }
}

void Run::abort(Error error) {
  if (!fatal_) fatal_ = std::move(error);
  stop_.request_stop();
}

Result<Evaluation> Run::operator()() {
  if (auto kept = take_kept(); !kept) return tl::unexpected(kept.error());
  gather_solutions();
  // Threads wait for their jobs: as many as slots, however many cores there are.
  const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                            executor_.slots() + 1);
  oneapi::tbb::task_arena arena(static_cast<int>(executor_.slots()));
  std::optional<Error> failed;
  arena.execute([&] {
    const auto items = plan();
    if (!items)
      failed = items.error();
    else
      judge_all(*items);
  });
  if (!failed && !fatal_) judge_near_limits();
  if (const auto flushed = store_.flush(); !flushed && !fatal_) fatal_ = flushed.error();
  if (failed) return tl::unexpected(*failed);
  if (fatal_) return tl::unexpected(*fatal_);
  evaluation_.interrupted = stop_.stop_requested();
  return std::move(evaluation_);
}

}  // namespace

Result<Evaluation> evaluate(sandbox::Executor& executor, References& references, Store& store, RunId run,
                            const datasets::Dataset& dataset, const std::vector<Sample>& samples,
                            const EvaluationSettings& settings, const Observer& observer, std::stop_token stop) {
  Run work(executor, references, store, run, dataset, samples, settings, observer, std::move(stop));
  return work();
}

}  // namespace assay::harness
