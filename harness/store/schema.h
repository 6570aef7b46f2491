#pragma once
/// The numbered files of schema/, compiled into the program.
#include <span>
#include <string_view>

namespace assay::harness {

/// Marks a file as a store of ours ("assy"), in SQLite's application_id.
inline constexpr int store_application_id = 0x61737379;

/// migrations()[i] brings version i to version i + 1. A file once released never changes.
[[nodiscard]] std::span<const std::string_view> migrations();

}  // namespace assay::harness
