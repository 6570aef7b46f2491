#pragma once
/// What memory the host has left for a model.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace assay::harness {

/// Bytes that can be had without taking them from a process: of the machine, or of the control group that this process
/// is in. Where that is less than `wanted`, pages of `files` that are kept from reading them are given back first: a
/// group counts those that were read twice as taken, though nobody needs them. None: the kernel does not say.
/// @param root where /proc and /sys lie
[[nodiscard]] std::optional<std::uint64_t> free_memory(std::uint64_t wanted,
                                                       const std::vector<std::filesystem::path>& files,
                                                       const std::filesystem::path& root = "/");

}  // namespace assay::harness
