#pragma once
/// One evaluation from its sandbox to its report, as `assay eval` and `assay run` make it.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/cli/eval_options.h"
#include "harness/cli/eval_report.h"
#include "harness/evaluation/evaluation.h"
#include "harness/evaluation/interrupt.h"
#include "harness/store/at_work.h"
#include "harness/store/store.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// The data set that was asked for. Warnings go into `warnings`.
[[nodiscard]] Result<datasets::Dataset> load_dataset(const EvalOptions& options, std::vector<std::string>& warnings);

/// Of problems and programs, in their order.
[[nodiscard]] std::string samples_digest(const std::vector<Sample>& samples);

/// What evaluations of one process share.
struct EvalSession {
  /// The sandbox and signals: ahead of every other thread of the process.
  [[nodiscard]] static Result<std::shared_ptr<EvalSession>> start(const EvalOptions& options);
  explicit EvalSession(sandbox::Executor started) : executor(std::move(started)) {}

  sandbox::Executor executor;  ///< wardens first: they must not inherit what our threads hold
  Interrupt interrupt;         ///< ahead of a store, whose writer is a thread
};

/// What is done in which order: a session, open(), then judge_early() as long as there is anything, finish().
/// What it holds is given back in the reverse order.
class EvalRun {
 public:
  /// @param options outlive it
  EvalRun(const EvalOptions& options, std::shared_ptr<const datasets::Dataset> dataset,
          std::shared_ptr<EvalSession> session, std::vector<std::string> warnings);
  EvalRun(const EvalRun&) = delete;
  EvalRun& operator=(const EvalRun&) = delete;
  ~EvalRun();

  /// The run in the store, by what decides its results.
  /// @param samples_sha256 of the samples, or of what makes them
  [[nodiscard]] Result<void> open(const std::string& samples_sha256);
  /// Of an earlier start of the same run, whose samples may have been others: before judge_early(). What the run has
  /// and `samples` lack is forgotten, and told, only where --force was given. @return else Errc::usage
  [[nodiscard]] Result<void> take_up(const std::vector<Sample>& samples);
  /// Judges one sample of those that finish() will be given, and keeps its verdict. What came near a limit, and what
  /// the sandbox failed on, is left to finish(). Any thread.
  [[nodiscard]] Result<void> judge_early(const Sample& sample, const std::stop_token& stop);
  /// That standard error was told already, for the report.
  void add_warnings(const std::vector<std::string>& warnings);
  /// One sample more of this problem should be there and could not be drawn: it is told of as one without a verdict.
  void lacks(const std::string& task_id) { undrawn_.push_back(task_id); }
  /// Keeps how samples were decoded, from the file that was written while they were drawn.
  [[nodiscard]] Result<void> keep_traces(const std::vector<Sample>& samples, const std::filesystem::path& traces);
  /// Judges what has no verdict, writes results and report. The process's exit code.
  [[nodiscard]] int finish(const std::vector<Sample>& samples);

  [[nodiscard]] sandbox::Executor& executor() { return session_->executor; }
  [[nodiscard]] std::stop_token stop() const { return session_->interrupt.token(); }
  [[nodiscard]] const datasets::Dataset& dataset() const { return *dataset_; }
  [[nodiscard]] const std::string& name() const { return key_.name; }

 private:
  struct Early;

  [[nodiscard]] Result<void> may_write_output() const;
  Result<Evaluation> judge(const std::vector<Sample>& samples);
  Result<void> write_results(const std::vector<Sample>& samples, const Evaluation& evaluation);
  int conclude(const std::vector<Sample>& samples, const Evaluation& evaluation);
  void tally(const std::vector<Sample>& samples, const Evaluation& evaluation);
  [[nodiscard]] bool with_plus() const { return dataset_->has_plus && !options_.base_only; }

  const EvalOptions& options_;
  std::shared_ptr<const datasets::Dataset> dataset_;
  std::shared_ptr<EvalSession> session_;
  std::filesystem::path store_path_, output_;
  std::optional<Store> store_;
  RunKey key_;
  RunId run_{};
  std::optional<AtWork> at_work_;
  std::unique_ptr<Early> early_;
  std::chrono::steady_clock::time_point opened_;
  std::atomic<std::size_t> judged_early_ = 0;  ///< finish() finds their verdicts in the store
  std::vector<std::string> undrawn_;           ///< problems of samples that are not there, one a sample
  EvalReport report_;
};

}  // namespace assay::harness
