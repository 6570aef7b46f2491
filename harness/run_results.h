#pragma once
/// A run that was read from a store or a file, as EvalPlus's eval_results.json.
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"
#include "reports/runs/run.h"

namespace assay::harness {

/// The data set that a run of a store was made on, as far as it is on this machine: its content must have the run's
/// sha256, or its md5 where that alone is known. Nothing is downloaded.
/// @param named a name or file to look in; empty: the name that the run knows
/// @return Errc::bad_data where it is not there, or is another
[[nodiscard]] Result<datasets::Dataset> dataset_of(const reports::Run& run, const std::string& named);

/// Writes `path`, whatever was there, with all samples in the order that they were read from their file.
/// @param run read whole (reports::ReadOptions::everything())
/// @param dataset has the inputs of failed tests where the run knows their indices alone; null: these are left out
/// @return Errc::incomplete where a sample has no verdict
[[nodiscard]] Result<void> write_run_results(const std::filesystem::path& path, const reports::Run& run,
                                             const datasets::Dataset* dataset);
/// Whether write_run_results() needs a data set to tell all that the run knows.
[[nodiscard]] bool needs_dataset(const reports::Run& run);

}  // namespace assay::harness
