#pragma once
/// The text files of a model folder, read whole and bounded.
#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/error.h"

namespace assay::engine {

/// @return Errc::not_found where the file is absent or cannot be read, Errc::bad_data where it holds more than
/// `most_bytes`.
[[nodiscard]] Result<std::string> read_model_file(const std::filesystem::path& path, std::uint64_t most_bytes);

}  // namespace assay::engine
