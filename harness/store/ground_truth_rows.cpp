#include "harness/store/ground_truth_rows.h"

#include <utility>

#include "harness/store/packing.h"
#include "harness/store/verdict_rows.h"
#include "reports/runs/store_format.h"

namespace assay::harness {
namespace {

// Far below SQLite's 1 GB a blob, and large enough that most sets are one chunk.
constexpr std::size_t chunk_bytes = 16U << 20;

Statement& operator<<(Statement& statement, const GroundTruthKey& key) {
  return statement << key.dataset_sha256 << key.task_id << word(key.set) << key.fingerprint;
}

}  // namespace

PackedGroundTruth pack(const std::vector<GroundTruthCall>& calls) {
  PackedGroundTruth packed;
  packed.calls = calls.size();
  std::string chunk;
  const auto close = [&] {
    packed.chunks.push_back({chunk.size(), compress(chunk)});
    chunk.clear();
  };
  for (const GroundTruthCall& call : calls) {
    pack(chunk, call);
    if (chunk.size() >= chunk_bytes) close();
  }
  if (!chunk.empty()) close();
  return packed;
}

std::optional<std::vector<GroundTruthCall>> unpack(const PackedGroundTruth& packed) {
  std::vector<GroundTruthCall> calls;
  for (const GroundTruthChunk& chunk : packed.chunks) {
    const auto plain = reports::decompress(chunk.compressed, chunk.bytes);
    if (!plain || !unpack(*plain, calls)) return std::nullopt;
  }
  if (calls.size() != packed.calls) return std::nullopt;
  return calls;
}

Result<void> write_ground_truth(Database& database, const GroundTruthKey& key, const PackedGroundTruth& packed) {
  return database.transaction([&]() -> Result<void> {
    auto old = database.prepare(
        "DELETE FROM ground_truth WHERE dataset_sha256 = ? AND task_id = ? AND test_set = ? AND fingerprint = ?");
    if (!old) return tl::unexpected(old.error());
    if (auto gone = (*old << key).run(); !gone) return gone;
    auto set = database.prepare(
        "INSERT INTO ground_truth (dataset_sha256, task_id, test_set, fingerprint, calls) VALUES (?, ?, ?, ?, ?)");
    if (!set) return tl::unexpected(set.error());
    if (auto made = (*set << key << packed.calls).run(); !made) return made;
    const std::int64_t id = database.last_insert_id();
    auto row = database.prepare(
        "INSERT INTO ground_truth_chunks (ground_truth, ordinal, bytes, compressed) VALUES (?, ?, ?, ?)");
    if (!row) return tl::unexpected(row.error());
    for (std::size_t i = 0; i < packed.chunks.size(); ++i) {
      const GroundTruthChunk& chunk = packed.chunks[i];
      if (auto made = (*row << id << i << chunk.bytes << Blob{chunk.compressed}).run(); !made) return made;
    }
    return {};
  });
}

Result<std::optional<PackedGroundTruth>> read_ground_truth(Database& database, const GroundTruthKey& key) {
  // One statement, so that another process cannot replace the set between its rows.
  auto row = database.prepare(
      "SELECT calls, bytes, compressed FROM ground_truth LEFT JOIN ground_truth_chunks ON ground_truth = id "
      "WHERE dataset_sha256 = ? AND task_id = ? AND test_set = ? AND fingerprint = ? ORDER BY ordinal");
  if (!row) return tl::unexpected(row.error());
  *row << key;
  std::optional<PackedGroundTruth> packed;
  for (;;) {
    const auto there = row->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return packed;
    if (!packed) packed.emplace();
    packed->calls = static_cast<std::uint64_t>(row->integer(0));
    if (const std::string_view blob = row->blob(2); !blob.empty())
      packed->chunks.push_back({static_cast<std::uint64_t>(row->integer(1)), std::string(blob)});
  }
}

}  // namespace assay::harness
