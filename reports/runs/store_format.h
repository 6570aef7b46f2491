#pragma once
/// What the store's file and its columns look like, to harness/store, which writes them, and to reports.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

/// Marks a file as a store of ours ("assy"), in SQLite's application_id.
inline constexpr std::int64_t store_application_id = 0x61737379;
/// The number of files in harness/store/schema.
inline constexpr std::int64_t newest_schema = 4;

/// "[3,17]"; none where it is anything else.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> indices_from(std::string_view text);

/// ["outside_view","undecodable"], without escapes; none where it is anything else. The words lie in `text`.
[[nodiscard]] std::optional<std::vector<std::string_view>> words_from(std::string_view text);

/// What one zstd frame holds; none where it is damaged, or is not of that many bytes, or of more than 1 GiB.
[[nodiscard]] std::optional<std::string> decompress(std::string_view compressed, std::uint64_t bytes);

}  // namespace assay::reports
