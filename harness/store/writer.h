#pragma once
/// The one writer of verdicts: a thread that gathers results and commits them together.
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "harness/store/database.h"
#include "harness/store/store.h"
#include "harness/verdict.h"

namespace assay::harness {

/// A result waits in `pending_`, is in `writing_` while its transaction runs, and then in the file: at each moment it
/// is in one of them. After a commit that failed nothing is taken any more.
class Writer {
 public:
  /// `database` is used under `database_mutex` only; both must outlive the writer.
  Writer(Database& database, std::mutex& database_mutex, const Store::Options& options);
  ~Writer();  ///< commits what is pending

  [[nodiscard]] Result<void> put(RunId run, std::uint32_t ordinal, const SampleResult& result);
  [[nodiscard]] Result<void> flush();
  /// What is not in the file yet.
  [[nodiscard]] std::optional<SampleResult> find(RunId run, std::uint32_t ordinal);

 private:
  using Batch = std::map<std::pair<RunId, std::uint32_t>, SampleResult>;
  void work();
  Result<void> commit(const Batch& batch);

  Database& database_;
  std::mutex& database_mutex_;
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
