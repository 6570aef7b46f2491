#pragma once
/// What a store packed with zstd.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::reports {

/// None where it is damaged, or not of `bytes` bytes.
[[nodiscard]] std::optional<std::string> unpacked(std::string_view compressed, std::int64_t bytes);

}  // namespace assay::reports
