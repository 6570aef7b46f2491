#pragma once
/// Decode traces that a store keeps with a run.
#include <functional>
#include <string_view>

#include "reports/error.h"
#include "reports/runs/sqlite.h"
#include "reports/runs/store_run.h"

namespace assay::reports {

/// Gives each trace, an object as `generate --traces` writes it, in the order of the run's samples. One is in memory at
/// a time. Ends at the first that `take` refuses.
/// @return Errc::not_found where the run has none
[[nodiscard]] Result<void> read_stored_traces(Connection& store, const StoredRun& run,
                                              const std::function<Result<void>(std::string_view json)>& take);

}  // namespace assay::reports
