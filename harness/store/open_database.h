#pragma once
/// From a path to a database with the present schema.
#include <chrono>
#include <filesystem>

#include "harness/store/database.h"

namespace assay::harness {

/// Makes file and folders where there are none. A file that is no store of ours, or of a newer schema, stays untouched;
/// a migration that fails leaves the old schema.
[[nodiscard]] Result<Database> open_database(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout);

}  // namespace assay::harness
