#pragma once
/// The same program judged twice with different verdicts on the same set of tests: then tests, limits or the machine
/// wavered, not the model.
#include <cstdint>
#include <string>
#include <vector>

#include "reports/runs/run.h"

namespace assay::reports {

struct FlakyProgram {
  std::string task_id;
  ProgramDigest digest;
  std::uint64_t judged = 0, passed = 0;  ///< samples that are this program; `passed` by all tests that ran
};

/// Within one run, or over runs that were pooled.
[[nodiscard]] std::vector<FlakyProgram> flaky_programs(const Run& run);
/// Programs that both runs hold, of tasks in both, with a verdict in one that the other has not.
[[nodiscard]] std::vector<FlakyProgram> flaky_between(const Run& base, const Run& newer);

}  // namespace assay::reports
