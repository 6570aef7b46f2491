#include "harness/cli/eval_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "datasets/digest.h"
#include "datasets/load.h"
#include "harness/cli/failure.h"
#include "harness/cli/lost_samples.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/evaluation/ground_truth.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/generation/kept_traces.h"
#include "harness/progress.h"
#include "harness/results_file.h"
#include "reports/output/printable.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Lengths in front keep texts apart that would run into one another.
void append(std::string& key, std::string_view part) { key += fmt::format("{}:{}\n", part.size(), part); }

/// What else than samples and data decides a run's results.
std::string limits_text(const EvalOptions& options) {
  const bool memory_asked = options.jail.memory_bytes != sandbox::Limits{}.memory_bytes;
  return fmt::format("{}{}{}{}", to_text(options.limits),
                     memory_asked ? fmt::format(", memory {} MiB", options.jail.memory_bytes >> 20) : "",
                     options.base_only ? ", base only" : "", options.test_details ? ", test details" : "");
}

RunKey run_key(const EvalOptions& options, const datasets::Dataset& dataset, const std::string& samples_sha256,
               const std::string& fingerprint) {
  RunKey key;
  key.dataset = dataset.name;
  key.dataset_sha256 = dataset.sha256;
  key.dataset_md5 = dataset.md5;
  key.samples_sha256 = samples_sha256;
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

Progress::Mode progress_mode(const EvalOptions& options) {
  return options.quiet || options.json ? Progress::Mode::silent : Progress::Mode::automatic;
}

bool passed(const SampleResult& result) {
  return result.base.verdict == Verdict::pass && (!result.plus || result.plus->verdict == Verdict::pass);
}

JudgeSettings judge_settings(const EvalOptions& options) {
  JudgeSettings settings;
  settings.limits = options.limits;
  settings.report = options.test_details ? FailTests::all : FailTests::last_tried;
  return settings;
}

}  // namespace

std::string samples_digest(const std::vector<Sample>& samples) {
  std::string key;
  for (const Sample& sample : samples) {
    append(key, sample.task_id);
    append(key, datasets::sha256(sample.solution));
  }
  return datasets::sha256(key);
}

/// What judging ahead of the rest needs.
struct EvalRun::Early {
  Early(EvalRun& run)
      : references(sandbox_options(run.options_.jail)),
        truth(run.session_->executor, *run.store_, *run.dataset_),
        judge(run.session_->executor, references, truth, *run.dataset_, judge_settings(run.options_)) {
    for (const datasets::Problem& problem : run.dataset_->problems) problems[problem.task_id] = &problem;
  }

  References references;
  GroundTruth truth;
  Judge judge;
  std::unordered_map<std::string_view, const datasets::Problem*> problems;
};

Result<datasets::Dataset> load_dataset(const EvalOptions& options, std::vector<std::string>& warnings) {
  datasets::LoadOptions load_options;
  load_options.mini = options.mini;
  load_options.noextreme = options.noextreme;
  load_options.data_file = options.data;
  load_options.offline = options.offline;
  auto loaded = datasets::load(options.dataset, load_options);
  if (!loaded) return tl::unexpected(of_datasets(loaded.error()));
  warnings.insert(warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
  return std::move(loaded->dataset);
}

Result<std::shared_ptr<EvalSession>> EvalSession::start(const EvalOptions& options) {
  auto executor = sandbox::Executor::start(sandbox_options(options.jail));
  if (!executor) return tl::unexpected(of_sandbox(executor.error()));
  return std::make_shared<EvalSession>(std::move(*executor));
}

EvalRun::EvalRun(const EvalOptions& options, std::shared_ptr<const datasets::Dataset> dataset,
                 std::shared_ptr<EvalSession> session, std::vector<std::string> warnings)
    : options_(options),
      dataset_(std::move(dataset)),
      session_(std::move(session)),
      store_path_(options.store.empty() ? default_store_path() : fs::path(options.store)),
      output_(options.output.empty() ? results_path(options.samples) : fs::path(options.output)) {
  report_.warnings = std::move(warnings);
}

EvalRun::~EvalRun() = default;

Result<void> EvalRun::may_write_output() const {
  std::vector<std::string> inputs = files_of_store(store_path_.string());
  inputs.insert(inputs.end(), {options_.samples, options_.dataset, options_.data});
  if (auto free = is_no_input(options_.output_option, output_.string(), inputs); !free) return free;
  return may_write_results(output_, key_.name, options_.force ? Overwrite::yes : Overwrite::own,
                           options_.output_option);
}

Result<void> EvalRun::open(const std::string& samples_sha256) {
  key_ = run_key(options_, *dataset_, samples_sha256, session_->executor.fingerprint());
  if (auto free = may_write_output(); !free) return free;
  auto store = Store::open(store_path_);
  if (!store) return tl::unexpected(store.error());
  store_.emplace(std::move(*store));
  const auto run = store_->open_or_create_run(key_);
  if (!run) return tl::unexpected(run.error());
  run_ = *run;
  at_work_.emplace(store_path_, run_);
  if (const auto other = at_work_->other()) {
    report_.warnings.push_back(
        fmt::format("run {} is being judged by process {} already: both do all of its work", key_.name, *other));
    warn(report_.warnings.back());
  }
  early_ = std::make_unique<Early>(*this);
  opened_ = Clock::now();
  return {};
}

Result<void> EvalRun::judge_early(const Sample& sample, const std::stop_token& stop) {
  const auto kept = store_->verdict(run_, sample);
  if (!kept) return tl::unexpected(kept.error());
  const auto problem = early_->problems.find(sample.task_id);
  if (*kept || problem == early_->problems.end()) return {};
  SampleResult result;
  for (const TestSet set : {TestSet::base, TestSet::plus}) {
    if (set == TestSet::plus && !with_plus()) continue;
    auto judged = early_->judge.judge(*problem->second, set, sample.solution, stop);
    if (!judged && judged.error().code != Errc::sandbox && judged.error().code != Errc::interrupted)
      return tl::unexpected(judged.error());
    if (!judged || judged->again_alone) return {};  // finish() tries again
    if (set == TestSet::base)
      result.base = std::move(judged->result);
    else
      result.plus = std::move(judged->result);
  }
  if (auto kept_sample = store_->add_sample(run_, dataset_->sha256, sample); !kept_sample) return kept_sample;
  if (auto put = store_->put(run_, sample.ordinal, result); !put) return put;
  ++judged_early_;
  return {};
}

Result<Evaluation> EvalRun::judge(const std::vector<Sample>& samples) {
  References references(sandbox_options(options_.jail));
  Progress progress(progress_mode(options_), samples.size());
  EvaluationSettings settings;
  settings.judge = judge_settings(options_);
  settings.base_only = options_.base_only;
  settings.order = options_.order;
  const Observer observer{[&](const SampleResult& result) { progress.add(passed(result)); },
                          [&](const std::string& why) { progress.say(warning(why)); },
                          [&](const std::string& what) { progress.busy_with(what); }};
  auto evaluation =
      evaluate(session_->executor, references, *store_, run_, *dataset_, samples, settings, observer, stop());
  progress.finish();
  return evaluation;
}

Result<void> EvalRun::write_results(const std::vector<Sample>& samples, const Evaluation& evaluation) {
  std::vector<SampleResult> results;
  results.reserve(evaluation.results.size());
  for (const auto& result : evaluation.results) results.push_back(*result);
  ResultsFile file{*dataset_, samples, results, key_.name, key_.limits};
  if (auto free = may_write_output(); !free) return free;  // again: hours may have passed
  return write_results_file(output_, file, Overwrite::yes);
}

void EvalRun::tally(const std::vector<Sample>& samples, const Evaluation& evaluation) {
  if (undrawn_.empty()) return tally_results(report_, with_plus(), samples, evaluation.results);
  std::vector<Sample> all = samples;
  std::vector<std::optional<SampleResult>> results = evaluation.results;
  for (const std::string& task_id : undrawn_) {
    all.emplace_back().task_id = task_id;
    results.emplace_back();
  }
  tally_results(report_, with_plus(), all, results);
}

int EvalRun::conclude(const std::vector<Sample>& samples, const Evaluation& evaluation) {
  report_.kept = evaluation.kept - std::min<std::size_t>(evaluation.kept, judged_early_);
  report_.judged = evaluation.kept + evaluation.judged - report_.kept;
  report_.interrupted = evaluation.interrupted;
  report_.warden_restarts = session_->executor.restarts();
  if (!options_.ks.empty()) report_.ks = options_.ks;
  tally(samples, evaluation);
  for (const unsigned k : std::set<unsigned>(options_.ks.begin(), options_.ks.end())) {
    if (report_.base_pass_at_k.contains(k)) continue;
    report_.warnings.push_back(
        fmt::format("eval: pass@{} is left out: some task has fewer than {} samples with a verdict", k, k));
    warn(report_.warnings.back());
  }
  std::optional<Error> failure;
  if (evaluation.interrupted) {
    failure = Error{Errc::interrupted,
                    fmt::format("eval: interrupted; {} of {} samples are kept in run {}, the same command resumes it",
                                report_.samples - report_.without_verdict, report_.samples, key_.name)};
  } else if (report_.without_verdict > 0) {
    failure = Error{Errc::incomplete,
                    fmt::format("eval: {} of {} samples have no verdict{}, so no results file was written; the same "
                                "command tries them again",
                                report_.without_verdict, report_.samples,
                                undrawn_.empty() ? "" : fmt::format(" ({} could not be drawn)", undrawn_.size()))};
  } else if (const auto written = write_results(samples, evaluation); !written) {
    failure = written.error();
  } else {
    report_.output = output_.string();
  }
  if (options_.report == EvalOptions::Report::none) return failure ? fail(*failure) : 0;
  if (options_.json)
    fmt::print("{}\n", report_json(report_));
  else if (!evaluation.interrupted)
    fmt::print("{}", report_text(report_));
  return failure ? fail(*failure) : 0;
}

Result<void> EvalRun::take_up(const std::vector<Sample>& samples) {
  const auto lost = lost_samples(store_path_, key_.name, samples);
  if (!lost) return tl::unexpected(lost.error());
  if (*lost > 0) {
    const std::string what = fmt::format("run {} in {} has {} sample{} that {} lacks", sandbox::printable(key_.name),
                                         store_path_.string(), *lost, *lost == 1 ? "" : "s", options_.samples);
    if (!options_.force)
      return tl::unexpected(Error{Errc::usage, what + "; give the --out that has them, or another --run or --store, or "
                                                      "--force to forget them with their verdicts"});
    report_.warnings.push_back(what + "; they are forgotten");
    warn(report_.warnings.back());
  }
  return store_->forget_other_samples(run_, samples);
}

void EvalRun::add_warnings(const std::vector<std::string>& warnings) {
  report_.warnings.insert(report_.warnings.end(), warnings.begin(), warnings.end());
}

Result<void> EvalRun::keep_traces(const std::vector<Sample>& samples, const fs::path& traces) {
  if (auto kept = store_->keep_samples(run_, dataset_->sha256, samples); !kept) return kept;
  return harness::keep_traces(*store_, run_, options_.samples, traces);
}

int EvalRun::finish(const std::vector<Sample>& samples) {
  early_.reset();
  // Others are of a file that changed while the run was made, or of stores whose ordinals counted unknown tasks.
  if (const auto forgot = store_->forget_other_samples(run_, samples); !forgot) return fail(forgot.error());
  if (const auto kept = store_->keep_samples(run_, dataset_->sha256, samples); !kept) return fail(kept.error());
  if (options_.verbose) {
    fmt::print(stderr, "assay: run {} in {}; {} samples of {}, {} slots, tier {}, {}\n", reports::printable(key_.name),
               reports::printable(store_path_.string()), samples.size(), reports::printable(dataset_->name),
               session_->executor.slots(), session_->executor.tier(), session_->executor.fingerprint());
  }
  report_.dataset = dataset_->name;
  report_.dataset_sha256 = dataset_->sha256;
  report_.dataset_md5 = dataset_->md5;
  report_.run = key_.name;
  report_.store = store_path_.string();
  report_.interpreter = session_->executor.fingerprint();
  report_.tier = session_->executor.tier();
  const auto evaluation = judge(samples);
  report_.wall_seconds = std::chrono::duration<double>(Clock::now() - opened_).count();
  if (!evaluation) return fail(evaluation.error());
  return conclude(samples, *evaluation);
}

}  // namespace assay::harness
