#pragma once
/// What a canonical solution returned for one input.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::harness {

/// Encoded as the runner sent it (sandbox/wire/value_format.md).
struct ExpectedResult {
  sandbox::ResultHeader::Kind kind = sandbox::ResultHeader::Kind::whole;
  std::uint64_t elements = 0;       ///< list, tuple: how many in all
  std::vector<std::string> pieces;  ///< empty where the result is too large to keep

  /// One blob for the store: kind, elements, number of pieces, then each piece with its length.
  [[nodiscard]] std::string to_bytes() const;
  [[nodiscard]] static std::optional<ExpectedResult> from_bytes(std::string_view bytes);
};

}  // namespace assay::harness
