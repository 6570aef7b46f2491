#include "harness/cli/eval_command.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <utility>

#include "datasets/digest.h"
#include "datasets/load.h"
#include "harness/cli/eval_report.h"
#include "harness/cli/failure.h"
#include "harness/errors.h"
#include "harness/evaluation/evaluation.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/progress.h"
#include "harness/results_file.h"
#include "harness/samples.h"
#include "harness/store/store.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// All that must be there, and right, before anything runs.
struct Inputs {
  datasets::Dataset dataset;
  std::vector<Sample> samples;
  std::vector<std::string> warnings;
};

Result<Inputs> read_inputs(const EvalOptions& options) {
  datasets::LoadOptions load_options;
  load_options.mini = options.mini;
  load_options.noextreme = options.noextreme;
  load_options.data_file = options.data;
  load_options.offline = options.offline;
  auto loaded = datasets::load(options.dataset, load_options);
  if (!loaded) return tl::unexpected(of_datasets(loaded.error()));
  auto samples = read_samples(options.samples, loaded->dataset, SamplesOptions{options.allow_missing});
  if (!samples) return tl::unexpected(samples.error());
  Inputs inputs{std::move(loaded->dataset), std::move(samples->samples), std::move(loaded->warnings)};
  inputs.warnings.insert(inputs.warnings.end(), samples->warnings.begin(), samples->warnings.end());
  if (inputs.samples.empty())
    return tl::unexpected(Error{Errc::bad_data, options.samples + ": no sample for any task of the data set"});
  return inputs;
}

/// Lengths in front keep texts apart that would run into one another.
void append(std::string& key, std::string_view part) { key += fmt::format("{}:{}\n", part.size(), part); }

std::string samples_digest(const std::vector<Sample>& samples) {
  std::string key;
  for (const Sample& sample : samples) {
    append(key, sample.task_id);
    append(key, datasets::sha256(sample.solution));
  }
  return datasets::sha256(key);
}

/// What else than samples and data decides a run's results.
std::string limits_text(const EvalOptions& options) {
  return fmt::format("{}{}{}", to_text(options.limits), options.base_only ? ", base only" : "",
                     options.test_details ? ", test details" : "");
}

RunKey run_key(const EvalOptions& options, const Inputs& inputs, const std::string& fingerprint) {
  RunKey key;
  key.dataset = inputs.dataset.name;
  key.dataset_sha256 = inputs.dataset.sha256;
  key.samples_sha256 = samples_digest(inputs.samples);
  key.limits = limits_text(options);
  key.fingerprint = fingerprint;
  key.name = options.run;
  if (!key.name.empty()) return key;
  constexpr std::size_t shown = 12;
  std::string all;
  for (const std::string& part : {key.dataset, key.dataset_sha256, key.samples_sha256, key.limits, key.fingerprint})
    append(all, part);
  key.name = datasets::sha256(all).substr(0, shown);
  return key;
}

sandbox::Options sandbox_options(const EvalOptions& options) {
  sandbox::Options made;
  made.python = options.python;
  made.slots = slots_of(options);
  made.require_tier = options.require_tier;
  return made;
}

Progress::Mode progress_mode(const EvalOptions& options) {
  return options.quiet || options.json ? Progress::Mode::silent : Progress::Mode::automatic;
}

bool passed(const SampleResult& result) {
  return result.base.verdict == Verdict::pass && (!result.plus || result.plus->verdict == Verdict::pass);
}

/// One `assay eval`, once its inputs are read: what it holds is given back in the reverse order.
class EvalRun {
 public:
  EvalRun(const EvalOptions& options, Inputs inputs) : options_(options), inputs_(std::move(inputs)) {}
  int operator()();

 private:
  Result<Evaluation> judge(sandbox::Executor& executor, Store& store, RunId run, std::stop_token stop);
  Result<void> write_results(const Evaluation& evaluation);
  int conclude(const Evaluation& evaluation, const sandbox::Executor& executor);
  bool with_plus() const { return inputs_.dataset.has_plus && !options_.base_only; }

  const EvalOptions& options_;
  Inputs inputs_;
  RunKey key_;
  fs::path store_path_, output_;
  EvalReport report_;
};

Result<Evaluation> EvalRun::judge(sandbox::Executor& executor, Store& store, RunId run, std::stop_token stop) {
  References references(sandbox_options(options_));
  Progress progress(progress_mode(options_), inputs_.samples.size());
  EvaluationSettings settings;
  settings.judge.limits = options_.limits;
  settings.judge.report = options_.test_details ? FailTests::all : FailTests::last_tried;
  settings.base_only = options_.base_only;
  settings.order = options_.order;
  const auto advance = [&](std::size_t, const SampleResult& result) { progress.add(passed(result)); };
  auto evaluation =
      evaluate(executor, references, store, run, inputs_.dataset, inputs_.samples, settings, advance, std::move(stop));
  progress.finish();
  return evaluation;
}

Result<void> EvalRun::write_results(const Evaluation& evaluation) {
  std::vector<SampleResult> results;
  results.reserve(evaluation.results.size());
  for (const auto& result : evaluation.results) results.push_back(*result);
  ResultsFile file{inputs_.dataset, inputs_.samples, results, key_.name};
  return write_results_file(output_, file, options_.force ? Overwrite::yes : Overwrite::own);
}

int EvalRun::conclude(const Evaluation& evaluation, const sandbox::Executor& executor) {
  report_.kept = evaluation.kept;
  report_.judged = evaluation.judged;
  report_.interrupted = evaluation.interrupted;
  report_.warden_restarts = executor.restarts();
  tally_results(report_, with_plus(), inputs_.samples, evaluation.results);
  std::optional<Error> failure;
  if (evaluation.interrupted) {
    failure = Error{Errc::interrupted,
                    fmt::format("eval: interrupted; {} of {} samples are kept in run {}, the same command resumes it",
                                report_.samples - report_.without_verdict, report_.samples, key_.name)};
  } else if (report_.without_verdict > 0) {
    for (const std::string& why : evaluation.failures) warn(why);
    failure = Error{Errc::incomplete, fmt::format("eval: {} of {} samples have no verdict, so no results file was "
                                                  "written; the same command tries them again",
                                                  report_.without_verdict, report_.samples)};
  } else if (const auto written = write_results(evaluation); !written) {
    failure = written.error();
  } else {
    report_.output = output_.string();
  }
  if (options_.json)
    fmt::print("{}\n", report_json(report_));
  else if (!evaluation.interrupted)
    fmt::print("{}", report_text(report_));
  return failure ? fail(*failure) : 0;
}

int EvalRun::operator()() {
  output_ = options_.output.empty() ? results_path(options_.samples) : fs::path(options_.output);
  store_path_ = options_.store.empty() ? default_store_path() : fs::path(options_.store);
  for (const std::string& warning : inputs_.warnings) warn(warning);
  // Wardens first: they must not inherit what our threads hold.
  auto executor = sandbox::Executor::start(sandbox_options(options_));
  if (!executor) return fail(of_sandbox(executor.error()));
  key_ = run_key(options_, inputs_, executor->fingerprint());
  if (const auto free = may_write_results(output_, key_.name, options_.force ? Overwrite::yes : Overwrite::own); !free)
    return fail(free.error());
  const Interrupt interrupt;  // ahead of the store, whose writer is a thread
  auto store = Store::open(store_path_);
  if (!store) return fail(store.error());
  const auto run = store->open_or_create_run(key_);
  if (!run) return fail(run.error());
  if (const auto kept = store->keep_samples(*run, inputs_.dataset.sha256, inputs_.samples); !kept)
    return fail(kept.error());
  if (options_.verbose) {
    fmt::print(stderr, "assay: run {} in {}; {} samples of {}, {} slots, tier {}, {}\n", key_.name,
               store_path_.string(), inputs_.samples.size(), inputs_.dataset.name, executor->slots(), executor->tier(),
               executor->fingerprint());
  }
  report_.dataset = inputs_.dataset.name;
  report_.dataset_sha256 = inputs_.dataset.sha256;
  report_.dataset_md5 = inputs_.dataset.md5;
  report_.run = key_.name;
  report_.store = store_path_.string();
  report_.interpreter = executor->fingerprint();
  report_.tier = executor->tier();
  report_.warnings = inputs_.warnings;
  const auto start = Clock::now();
  const auto evaluation = judge(*executor, *store, *run, interrupt.token());
  report_.wall_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!evaluation) return fail(evaluation.error());
  return conclude(*evaluation, *executor);
}

}  // namespace

int run_eval(const EvalOptions& options) {
  auto inputs = read_inputs(options);
  if (!inputs) return fail(inputs.error());
  return EvalRun(options, std::move(*inputs))();
}

}  // namespace assay::harness
