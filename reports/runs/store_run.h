#pragma once
/// Runs in a store. What its tables hold is said in harness/store/schema.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/error.h"
#include "reports/runs/read_options.h"
#include "reports/runs/run.h"
#include "reports/runs/sqlite.h"

namespace assay::reports {

/// A row of `runs`, and how far it is.
struct StoredRun {
  std::int64_t id = 0;
  std::string name, dataset, dataset_sha256, samples_sha256, limits, fingerprint, created;
  std::string dataset_md5;  ///< empty in runs from before it was kept
  std::uint64_t samples = 0, judged = 0;
  /// Of runs whose samples are all judged; only after add_scores(). plus: where these tests ran.
  std::optional<double> base_pass_at_1, plus_pass_at_1;
};

/// Newest last.
[[nodiscard]] Result<std::vector<StoredRun>> list_runs(Connection& store);
/// By name, by id (`3` or `id:3`), or by the start of a name that no other run shares. @return Errc::not_found
[[nodiscard]] Result<StoredRun> find_run(Connection& store, std::string_view wanted);
/// By its whole name, or as `id:3`: for what cannot be undone. @return Errc::not_found, which names what else it would
/// match
[[nodiscard]] Result<StoredRun> find_exact_run(Connection& store, std::string_view wanted);
/// The run of that name, if there is one.
[[nodiscard]] Result<std::optional<StoredRun>> find_named_run(Connection& store, std::string_view name);
/// Fills in pass@1 without reading the run.
[[nodiscard]] Result<void> add_scores(Connection& store, StoredRun& run);
[[nodiscard]] Result<Run> read_stored_run(Connection& store, const StoredRun& stored, const ReadOptions& options);

/// Removes a run with all that belongs to it alone.
[[nodiscard]] Result<void> remove_run(Connection& store, const StoredRun& stored);

}  // namespace assay::reports
