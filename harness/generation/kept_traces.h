#pragma once
/// Decode traces on their way from the file that they were drawn into to the store.
#include <filesystem>

#include "harness/error.h"
#include "harness/store/store.h"

namespace assay::harness {

/// Keeps the traces of `traces` (harness/generation/samples_out.h) whose samples are in `samples`, the file beside it,
/// and whose run has none yet; a line's number there is its sample's ordinal. Few are in memory at a time. Ended
/// halfway and called again it goes on.
/// @return Errc::bad_data for a line that is none of ours
[[nodiscard]] Result<void> keep_traces(Store& store, RunId run, const std::filesystem::path& samples,
                                       const std::filesystem::path& traces);

}  // namespace assay::harness
