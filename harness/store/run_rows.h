#pragma once
/// Runs, and what their samples are.
#include <string>
#include <vector>

#include "harness/store/database.h"
#include "harness/store/store.h"

namespace assay::harness {

[[nodiscard]] Result<RunId> find_or_make_run(Database& database, const RunKey& key, const std::string& created);
[[nodiscard]] Result<void> write_samples(Database& database, RunId run, const std::string& dataset_sha256,
                                         const std::vector<Sample>& samples);

/// Whether the run's sample under that ordinal is this one.
[[nodiscard]] Result<bool> is_sample(Database& database, RunId run, const Sample& sample);
[[nodiscard]] Result<void> write_one_sample(Database& database, RunId run, const std::string& dataset_sha256,
                                            const Sample& sample);
/// Samples and verdicts of the run that are not of these.
[[nodiscard]] Result<void> delete_other_samples(Database& database, RunId run, const std::vector<Sample>& samples);

}  // namespace assay::harness
