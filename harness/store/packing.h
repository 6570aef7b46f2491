#pragma once
/// How the store packs what is large: zstd, and the calls of a ground truth one behind the other.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/store/store.h"

namespace assay::harness {

/// zstd at its fastest level: expected results shrink to a third or less, and are read four times as fast as zlib's.
[[nodiscard]] std::string compress(std::string_view bytes);

/// A call is: 1 byte `large`, 8 bytes `seconds` (a double), 8 bytes length, then `encoded`; numbers little-endian.
void pack(std::string& chunk, const GroundTruthCall& call);
/// Appends the calls of a chunk. @return false where it is damaged.
[[nodiscard]] bool unpack(std::string_view chunk, std::vector<GroundTruthCall>& calls);

}  // namespace assay::harness
