#pragma once
/// What the runner says at the end of a program whose files are fetched: how it ended, and what they hold. Hostile,
/// like all that comes out of a jail: the program may have ended the runner, and then there is no report.
#include <optional>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::sandbox {

struct RunnerReport {
  int wait_status = 0;  ///< of the program's process
  std::vector<ProgramFile> files;
};

/// Little-endian: status i32, count u64, then of each file path and content, each a length u64 and bytes.
[[nodiscard]] std::optional<RunnerReport> read_report(std::string_view bytes);

}  // namespace assay::sandbox
