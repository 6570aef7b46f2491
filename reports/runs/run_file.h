#pragma once
/// A run as a file of its own, for keeping it beside a repository or in a CI's cache: JSON lines, the run first, then a
/// line a sample with its program and verdicts. `samples` says how many, so that a file which was cut is none; files
/// from before lack it.
///
///   {"assay_run": 1, "name": …, "dataset": …, "dataset_sha256": …, "samples_sha256": …, "limits": …, "fingerprint": …,
///    "created": …, "samples": 164}
///   {"ordinal": 0, "task_id": …, "solution": …, "base": {"verdict", "cause", "detail", "failed": […],
///    "passed", "cpu_seconds", "shared", "attempts": […]}, "plus": {…} or null}
#include <functional>
#include <string>
#include <string_view>

#include "reports/error.h"
#include "reports/runs/read_options.h"
#include "reports/runs/run.h"

namespace assay::reports {

/// Hands the lines, ends included, to `write`. The run must have been read with ReadOptions::everything().
void write_run_file(const Run& run, const std::function<void(std::string_view)>& write);
[[nodiscard]] Result<Run> read_run_file(const std::string& path, const ReadOptions& options);
/// Whether the file, plain or gzip, begins like one.
[[nodiscard]] bool is_run_file(const std::string& path);

}  // namespace assay::reports
