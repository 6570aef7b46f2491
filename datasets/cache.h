#pragma once
/// Data sets kept on disk, unpacked: a file there may be given to other tools as it is.
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/error.h"
#include "datasets/registry.h"

namespace assay::datasets {

/// XDG_CACHE_HOME/assay, or ~/.cache/assay; an error where neither variable holds an absolute path.
[[nodiscard]] Result<std::filesystem::path> cache_folder();
[[nodiscard]] Result<std::filesystem::path> cache_path(const Entry& entry);

/// What lies in the cache for an entry.
enum class Cached : std::uint8_t { good, absent, altered };
[[nodiscard]] std::string_view name(Cached state);  ///< "good", "absent", "altered"
/// Reads and hashes the file.
[[nodiscard]] Result<Cached> inspect(const Entry& entry);

enum class Network : std::uint8_t { allowed, forbidden };

/// Where an entry's content came from.
struct Fetched {
  std::string content;
  std::filesystem::path path;
  bool downloaded = false;
  std::vector<std::string> warnings;
};

/// The entry's content, from the cache or else downloaded into it. A content with another sha256 is never kept and
/// never returned; an altered file in the cache is replaced with a warning. Processes that fetch at once do no harm.
/// The environment's ASSAY_DATASETS_MIRROR, if set, stands for the official address's folder.
[[nodiscard]] Result<Fetched> fetch(const Entry& entry, Network network);

}  // namespace assay::datasets
