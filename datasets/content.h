#pragma once
/// The bytes of a data set's file, unpacked.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "datasets/error.h"

namespace assay::datasets {

/// No data set comes near it; a gzip file of 1 MiB can ask for 1 GiB.
inline constexpr std::uint64_t most_content_bytes = 1ULL << 30;

/// Reads the file whole and unpacks it where its first bytes say gzip, whatever its name says.
[[nodiscard]] Result<std::string> read_content(const std::filesystem::path& file,
                                               std::uint64_t most_bytes = most_content_bytes);
/// Unpacks gzip (one member or several); other bytes are returned as they are. `name` is for messages.
[[nodiscard]] Result<std::string> unpacked(std::string bytes, std::string_view name,
                                           std::uint64_t most_bytes = most_content_bytes);

}  // namespace assay::datasets
