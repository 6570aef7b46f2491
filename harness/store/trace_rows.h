#pragma once
/// How samples were decoded, as rows of `decode_traces`: a sample's trace as it was given, compressed.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harness/store/database.h"
#include "harness/store/store.h"

namespace assay::harness {

struct PackedTrace {
  std::uint32_t ordinal = 0;  ///< of the run's samples; must be among them
  std::uint64_t bytes = 0;    ///< before compression
  std::string compressed;
};

[[nodiscard]] PackedTrace pack(const DecodeTrace& trace);
/// All or none; a second trace of a sample replaces the first.
[[nodiscard]] Result<void> write_traces(Database& database, RunId run, const std::vector<PackedTrace>& traces);
/// Ordinals of the run's samples that have one.
[[nodiscard]] Result<std::set<std::uint32_t>> read_traced(Database& database, RunId run);

}  // namespace assay::harness
