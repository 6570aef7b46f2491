#pragma once
/// The numbered files of schema/, compiled into the program.
#include <span>
#include <string_view>

#include "reports/runs/store_format.h"

namespace assay::harness {

/// migrations()[i] brings version i to version i + 1. A file once released never changes.
[[nodiscard]] std::span<const std::string_view, reports::newest_schema> migrations();

}  // namespace assay::harness
