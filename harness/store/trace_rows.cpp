#include "harness/store/trace_rows.h"

#include "harness/store/packing.h"

namespace assay::harness {

PackedTrace pack(const DecodeTrace& trace) { return {trace.ordinal, trace.json.size(), compress(trace.json)}; }

Result<void> write_traces(Database& database, RunId run, const std::vector<PackedTrace>& traces) {
  return database.transaction([&]() -> Result<void> {
    auto row =
        database.prepare("INSERT OR REPLACE INTO decode_traces (run, ordinal, bytes, compressed) VALUES (?, ?, ?, ?)");
    if (!row) return tl::unexpected(row.error());
    for (const PackedTrace& trace : traces) {
      *row << static_cast<std::int64_t>(run) << trace.ordinal << trace.bytes << Blob{trace.compressed};
      if (auto kept = row->run(); !kept) return kept;
    }
    return {};
  });
}

Result<std::set<std::uint32_t>> read_traced(Database& database, RunId run) {
  auto row = database.prepare("SELECT ordinal FROM decode_traces WHERE run = ?");
  if (!row) return tl::unexpected(row.error());
  *row << static_cast<std::int64_t>(run);
  std::set<std::uint32_t> ordinals;
  for (;;) {
    const auto there = row->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return ordinals;
    ordinals.insert(static_cast<std::uint32_t>(row->integer(0)));
  }
}

}  // namespace assay::harness
