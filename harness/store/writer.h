#pragma once
/// The one writer of verdicts: a thread that gathers results and commits them together.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "harness/store/store.h"
#include "harness/verdict.h"

namespace assay::harness {

/// A result waits in `pending_`, is in `writing_` while its transaction runs, and then in the file: at each moment it
/// is in one of them. After a commit that failed nothing is taken any more; an exception is a failure of kind bug.
class Writer {
 public:
  using Batch = std::map<std::pair<RunId, std::uint32_t>, SampleResult>;
  /// Puts all of a batch into the file, or nothing.
  using Commit = std::function<Result<void>(const Batch&)>;

  /// `commit` is called on the writer's thread, by one call at a time.
  Writer(Commit commit, const Store::Options& options);
  ~Writer();  ///< commits what is pending

  [[nodiscard]] Result<void> put(RunId run, std::uint32_t ordinal, const SampleResult& result);
  [[nodiscard]] Result<void> flush();
  /// What is not in the file yet.
  [[nodiscard]] std::optional<SampleResult> find(RunId run, std::uint32_t ordinal);

 private:
  void work();
  Result<void> write_batches();

  const Commit commit_;
  const Store::Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;     ///< the thread: there is work, a flush or the end
  std::condition_variable settled_;  ///< callers: a batch is in the file, or failed
  Batch pending_, writing_;
  std::chrono::steady_clock::time_point due_;  ///< of what is pending
  std::uint64_t batches_ = 0;                  ///< begun and settled
  bool hurry_ = false, ended_ = false;
  std::optional<Error> failed_;
  std::thread thread_;
};

}  // namespace assay::harness
