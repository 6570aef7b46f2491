#pragma once
/// A model's folder by what its files hold.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/error.h"

namespace assay::harness {

/// Of all that loading reads, and of nothing else in the folder: configuration, tokenizer, chat template, the weights'
/// index and every weight. Where the folder lies does not count. Files are read whole, by all cores; digests of large
/// ones are kept in assay's cache folder (datasets/cache.h), by device, inode, size and times, so that a model is read
/// once.
/// @param weights files of the folder (Checkpoint::paths)
/// @param reading called with the bytes that are about to be read, where there are so many that it takes seconds
/// @return Errc::bad_data where a file cannot be read; Errc::interrupted after a stop
[[nodiscard]] Result<std::string> model_digest(const std::filesystem::path& folder,
                                               const std::vector<std::filesystem::path>& weights,
                                               const std::function<void(std::uint64_t bytes)>& reading,
                                               const std::stop_token& stop);

}  // namespace assay::harness
