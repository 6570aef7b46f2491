#include "harness/run_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "datasets/load.h"
#include "harness/results_file.h"
#include "reports/output/printable.h"

namespace assay::harness {
namespace {

SetResult reported_result(const reports::SetResult& from) {
  SetResult result;
  result.verdict = *verdict_from(reports::name(from.verdict));
  result.cause = cause_from(from.cause).value_or(Cause::none);
  result.failed = from.failed_tests;
  return result;
}

/// A sample of the run with the problem that it is of.
struct Placed {
  const reports::RunProblem* problem = nullptr;
  const reports::RunSample* sample = nullptr;
};

std::vector<Placed> in_file_order(const reports::Run& run) {
  std::vector<Placed> all;
  for (const reports::RunProblem& problem : run.problems)
    for (const reports::RunSample& sample : problem.samples) all.push_back({&problem, &sample});
  std::ranges::stable_sort(all, {}, [](const Placed& one) { return one.sample->ordinal; });
  return all;
}

bool any_set(const reports::Run& run, bool (*of)(const reports::SetResult&)) {
  return std::ranges::any_of(run.problems, [of](const reports::RunProblem& problem) {
    return std::ranges::any_of(problem.samples, [of](const reports::RunSample& sample) {
      return (sample.base && of(*sample.base)) || (sample.plus && of(*sample.plus));
    });
  });
}

/// "2026-01-31T09:15:00Z", as a store has it, to EvalPlus's "2026-01-31 09:15"; other texts stay.
std::string evalplus_date(std::string created) {
  constexpr std::size_t to_seconds = 19, to_minutes = 16;
  if (created.size() != to_seconds + 1 || created[10] != 'T' || created.back() != 'Z') return created;
  created.resize(to_minutes);
  created[10] = ' ';
  return created;
}

bool has_inputs(const reports::SetResult& result) { return !result.failed_inputs.empty(); }

}  // namespace

Result<datasets::Dataset> dataset_of(const reports::Run& run, const std::string& named) {
  const std::string& name = named.empty() ? run.dataset : named;
  // A run does not say which of EvalPlus's sets of plus tests it had, its content's hash does.
  for (const auto& [mini, noextreme] : {std::pair(false, false), {true, false}, {false, true}}) {
    datasets::LoadOptions options;
    options.mini = mini;
    options.noextreme = noextreme;
    options.offline = true;
    auto loaded = datasets::load(name, options);
    const bool by_md5 = run.dataset_sha256.empty() && !run.dataset_md5.empty();
    if (loaded && (by_md5 ? loaded->dataset.md5 == run.dataset_md5 : loaded->dataset.sha256 == run.dataset_sha256))
      return std::move(loaded->dataset);
  }
  return tl::unexpected(Error{
      Errc::bad_data, fmt::format("{}: the data set of run {}, of sha256 {:.12}, is not there; --dataset names its "
                                  "file, `assay datasets fetch` gets a published one",
                                  reports::printable(name), reports::printable(run.name), run.dataset_sha256)});
}

bool needs_dataset(const reports::Run& run) {
  return any_set(run, [](const reports::SetResult& result) { return !result.failed_tests.empty(); }) &&
         !any_set(run, has_inputs);
}

Result<void> write_run_results(const std::filesystem::path& path, const reports::Run& run,
                               const datasets::Dataset* dataset) {
  std::vector<Sample> samples;
  std::vector<SampleResult> results;
  std::vector<FailedInputs> inputs;
  std::size_t without = 0;
  for (const auto& [problem, sample] : in_file_order(run)) {
    without += sample->base ? 0 : 1;
    if (!sample->base) continue;
    samples.push_back({problem->task_id, sample->program, sample->ordinal});
    results.push_back({reported_result(*sample->base), std::nullopt});
    if (sample->plus) results.back().plus = reported_result(*sample->plus);
    inputs.push_back({sample->base->failed_inputs, sample->plus ? sample->plus->failed_inputs : std::string()});
  }
  if (without > 0)
    return tl::unexpected(Error{
        Errc::incomplete, fmt::format("run {}: {} samples have no verdict; the command that made it goes on with them",
                                      reports::printable(run.name), without)});
  datasets::Dataset unknown;
  unknown.md5 = run.dataset_md5;
  unknown.sha256 = run.dataset_sha256;
  unknown.name = run.dataset;
  if (!any_set(run, has_inputs)) inputs.clear();
  return write_results_file(
      path, {dataset ? *dataset : unknown, samples, results, run.name, run.limits, evalplus_date(run.created), inputs},
      Overwrite::yes);
}

}  // namespace assay::harness
