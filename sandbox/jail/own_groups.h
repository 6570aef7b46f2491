#pragma once
/// The control groups that this process is in, as far as the machine shows them: of version 1, 2 or both.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace assay::sandbox {

/// This process's group in one hierarchy.
struct OwnGroup {
  std::filesystem::path path;  ///< the group's folder
  std::filesystem::path top;   ///< the highest group that is shown: the machine's root, or a container's
  bool v2 = false;
  std::string controllers;  ///< of version 1: ",cpu,cpuacct,"
  [[nodiscard]] bool has(std::string_view controller) const;
  /// The group and those around it, the innermost first.
  [[nodiscard]] std::vector<std::filesystem::path> levels() const;
};

/// One a hierarchy that is mounted; none where /proc does not say. `root` is where /proc and /sys lie.
[[nodiscard]] std::vector<OwnGroup> own_groups(const std::filesystem::path& root = "/");

/// How many cores this process may keep busy: by its affinity, and by the quotas of its groups, rounded up; at least 1.
[[nodiscard]] std::size_t usable_cores(const std::filesystem::path& root = "/");

}  // namespace assay::sandbox
