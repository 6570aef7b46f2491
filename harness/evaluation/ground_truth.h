#pragma once
/// What the canonical solutions return: computed by running them through the samples' own executor, once per data set
/// and interpreter, and kept in the store.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "datasets/digest.h"
#include "datasets/problem.h"
#include "harness/error.h"
#include "harness/evaluation/reference_tests.h"
#include "harness/oracle/oracle.h"
#include "harness/store/store.h"
#include "sandbox/executor.h"

namespace assay::harness {

using PieceDigest = datasets::Sha256;
[[nodiscard]] PieceDigest digest_of(sandbox::Bytes piece);

/// The expected result of one call.
struct ReferenceCall {
  ExpectedResult result;  ///< without pieces where `large`
  bool large = false;     ///< 16 MiB and more are not kept, only what tells whether a piece is the same, byte for byte.
                          ///< Where one is not, the canonical solution runs beside the sample.
  double seconds = 0;     ///< what the canonical solution took
  std::vector<PieceDigest> digests;  ///< where `large`: of each piece
};

/// The expected results of one set of one problem, and its inputs as the executor takes them.
struct ReferenceSet {
  std::vector<ReferenceCall> calls;
  std::vector<std::string> inputs;
  [[nodiscard]] std::vector<double> seconds() const;
  [[nodiscard]] double total_seconds() const;
  [[nodiscard]] std::uint64_t bytes() const;
};

using SharedReference = std::shared_ptr<const ReferenceSet>;

/// Results of this size and more are not kept.
inline constexpr std::uint64_t large_result_bytes = 16ULL << 20;

/// The job that calls the canonical solution on `inputs`: its results are expected of a sample.
[[nodiscard]] sandbox::CallJob reference_job(const datasets::Dataset& dataset, const datasets::Problem& problem,
                                             std::vector<std::string> inputs);
/// Seeds `random` alike for a problem's canonical solution and its samples.
[[nodiscard]] std::uint64_t job_seed(const datasets::Problem& problem);
[[nodiscard]] const std::vector<datasets::Value>& inputs_of(const datasets::Problem& problem, TestSet set);

/// Gives each set's expected results; may be used from any thread. Two threads that ask for the same set compute it
/// once.
class GroundTruth {
 public:
  /// All three must outlive it.
  GroundTruth(sandbox::Executor& executor, Store& store, const datasets::Dataset& dataset);

  /// From memory, from the store, or by running the canonical solution.
  /// @return Errc::bad_data where the canonical solution raises, ends early or takes for ever; the message names the
  /// task.
  [[nodiscard]] Result<SharedReference> get(const datasets::Problem& problem, TestSet set, std::stop_token stop = {});
  /// Of problems whose tests are programs.
  [[nodiscard]] ReferenceTests& tests() { return tests_; }

 private:
  struct Entry {
    std::mutex mutex;
    std::weak_ptr<const ReferenceSet> known;
    SharedReference held;  ///< sets stay, up to a bound over all of them
  };
  Entry& entry(const std::string& task_id, TestSet set);
  Result<SharedReference> load(const datasets::Problem& problem, TestSet set, std::stop_token stop);
  Result<ReferenceSet> compute(const datasets::Problem& problem, TestSet set, std::stop_token stop);

  sandbox::Executor& executor_;
  Store& store_;
  const datasets::Dataset& dataset_;
  ReferenceTests tests_;
  std::mutex mutex_;
  std::map<std::pair<std::string, TestSet>, Entry> entries_;
  std::uint64_t held_bytes_ = 0;
};

}  // namespace assay::harness
