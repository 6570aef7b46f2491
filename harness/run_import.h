#pragma once
/// A run that was exported, taken into a store.
#include <string>

#include "harness/error.h"
#include "harness/store/store.h"
#include "reports/runs/run.h"

namespace assay::harness {

/// `run` must have been read whole (reports::ReadOptions::everything()). Importing it again changes nothing.
/// Its date comes along.
/// @return Errc::usage where the name belongs to another run, or to one that has other verdicts (none is replaced),
/// Errc::bad_data for words that no verdict has.
[[nodiscard]] Result<void> import_run(Store& store, const reports::Run& run, const std::string& name);

}  // namespace assay::harness
