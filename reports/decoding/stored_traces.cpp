#include "reports/decoding/stored_traces.h"

#include <fmt/format.h>

#include "reports/output/printable.h"
#include "reports/runs/store_format.h"

namespace assay::reports {

Result<void> read_stored_traces(Connection& store, const StoredRun& run,
                                const std::function<Result<void>(std::string_view json)>& take) {
  auto query = store.query("SELECT ordinal, bytes, compressed FROM decode_traces WHERE run = ? ORDER BY ordinal");
  if (!query) return tl::unexpected(query.error());
  query->bind(run.id);
  for (bool any = false;; any = true) {
    const auto there = query->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there && any) return {};
    if (!*there)
      return tl::unexpected(Error{Errc::not_found, fmt::format("run {}: no decode traces are kept with it; `assay run "
                                                               "--traces FILE` keeps them",
                                                               printable(run.name))});
    const auto json = decompress(query->blob(2), static_cast<std::uint64_t>(query->integer(1)));
    if (!json)
      return tl::unexpected(Error{
          Errc::store, fmt::format("store: {}: the trace of sample {} is damaged", store.path(), query->integer(0))});
    if (auto taken = take(*json); !taken) return taken;
  }
}

}  // namespace assay::reports
