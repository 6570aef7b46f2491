#pragma once
/// Expected results as rows: a set, and the chunks that hold its calls.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/store/database.h"
#include "harness/store/store.h"

namespace assay::harness {

struct GroundTruthKey {
  const std::string& dataset_sha256;
  const std::string& task_id;
  TestSet set;
  const std::string& fingerprint;
};

/// Calls as a chunk holds them.
struct GroundTruthChunk {
  std::uint64_t bytes = 0;  ///< before compression
  std::string compressed;
};

struct PackedGroundTruth {
  std::uint64_t calls = 0;
  std::vector<GroundTruthChunk> chunks;
};

/// Apart from reading and writing, so that a connection is not held while zlib works.
[[nodiscard]] PackedGroundTruth pack(const std::vector<GroundTruthCall>& calls);
[[nodiscard]] std::optional<std::vector<GroundTruthCall>> unpack(const PackedGroundTruth& packed);  ///< none: damaged

[[nodiscard]] Result<void> write_ground_truth(Database& database, const GroundTruthKey& key,
                                              const PackedGroundTruth& packed);
[[nodiscard]] Result<std::optional<PackedGroundTruth>> read_ground_truth(Database& database, const GroundTruthKey& key);

}  // namespace assay::harness
