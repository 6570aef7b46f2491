#pragma once
/// Which process judges a run: two that judge the same one do all of its work twice, and nobody would notice.
#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "harness/store/store.h"
#include "sandbox/unique_fd.h"

namespace assay::harness {

/// Marks a run as being judged by this process, as long as it lives. A mark is a lock of one byte, the run's, of the
/// file STORE-running: it ends with its process, however that ends. It keeps nobody off, and where the file cannot be
/// made nothing is known. One a process: closing the file ends all marks that the process has in it.
class AtWork {
 public:
  AtWork(const std::filesystem::path& store, RunId run);

  /// The process that was there first.
  [[nodiscard]] std::optional<pid_t> other() const { return other_; }

 private:
  sandbox::UniqueFd file_;
  std::optional<pid_t> other_;
};

}  // namespace assay::harness
