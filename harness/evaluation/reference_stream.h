#pragma once
/// Expected results too large to keep: the canonical solution runs beside the sample, and its results are read here in
/// the order of its calls, a piece at a time.
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "sandbox/executor.h"

namespace assay::harness {

/// Slots for canonical solutions, started when the first is asked for. Slots of their own: a sample that holds one and
/// waits for another could wait for ever. As many as for samples: one that is slow holds nobody else's up. May be used
/// from any thread.
class References {
 public:
  /// `options` are those of the samples' executor: the same interpreter, the same limits.
  explicit References(sandbox::Options options);
  [[nodiscard]] sandbox::Result<sandbox::Executor*> executor();

 private:
  std::mutex mutex_;
  sandbox::Options options_;
  std::optional<sandbox::Executor> executor_;
};

/// The results of one job, pulled by one reader. Holds back the job where the reader is slower, so that memory is
/// bounded; ends it when it is destroyed.
class ReferenceStream {
 public:
  ReferenceStream(References& references, sandbox::CallJob job);
  ReferenceStream(const ReferenceStream&) = delete;
  ReferenceStream& operator=(const ReferenceStream&) = delete;
  ~ReferenceStream();

  /// Blocks for the next result's header; what was left of the one before is skipped.
  [[nodiscard]] sandbox::Result<sandbox::ResultHeader> next_result();
  /// Blocks for the next piece of the current result; none at its end.
  [[nodiscard]] sandbox::Result<std::optional<std::string>> next_piece();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::harness
