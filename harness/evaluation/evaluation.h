#pragma once
/// A whole run: every sample of a data set judged, each result in the store as soon as it is known.
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/evaluation/judge.h"
#include "harness/evaluation/work_order.h"
#include "harness/samples.h"
#include "harness/store/store.h"

namespace assay::harness {

struct EvaluationSettings {
  JudgeSettings judge;
  bool base_only = false;
  WorkOrder order = WorkOrder::longest_first;
};

/// What a run came to.
struct Evaluation {
  /// By sample; none where there is no verdict: after a stop, or where the sandbox failed twice.
  std::vector<std::optional<SampleResult>> results;
  std::size_t kept = 0;    ///< of these, found in the store
  std::size_t judged = 0;  ///< of these, judged now
  bool interrupted = false;
};

/// Who is told of a run while it is judged, never by two threads at once.
struct Observer {
  std::function<void(const SampleResult& result)> done;        ///< of each sample, those kept included
  std::function<void(const std::string& why)> left_undecided;  ///< the sandbox failed twice; of the first few
  /// What is done besides samples that run for the first time; empty: that is over.
  std::function<void(const std::string& what)> busy_with = [](const std::string&) {};
};

/// Judges the samples that the run does not hold yet, on all of the executor's slots. Samples with the same program for
/// the same problem are judged once. After a stop nothing new starts, what runs is killed, and what is finished is
/// kept.
/// @return an error where no sample can be judged: a canonical solution that fails, a store that cannot keep results.
[[nodiscard]] Result<Evaluation> evaluate(sandbox::Executor& executor, References& references, Store& store, RunId run,
                                          const datasets::Dataset& dataset, const std::vector<Sample>& samples,
                                          const EvaluationSettings& settings, const Observer& observer,
                                          std::stop_token stop);

}  // namespace assay::harness
