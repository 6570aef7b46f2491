#pragma once
/// The data sets that `assay` knows by name.
#include <span>
#include <string_view>

#include "datasets/formats/format.h"

namespace assay::datasets {

struct Entry {
  std::string_view name;     ///< "humaneval-noextreme"
  std::string_view dataset;  ///< what results call it: "humaneval"
  Format format;
  Family family;
  std::string_view version;
  std::size_t problems;
  std::string_view licence;
  std::string_view address;      ///< official, https
  std::string_view cached_name;  ///< its file in the cache, unpacked
  std::string_view sha256;       ///< of the unpacked content
};

/// All that can be downloaded. `mini` is not among them: it is part of the binary.
[[nodiscard]] std::span<const Entry> registry();
/// Null where there is none of that name.
[[nodiscard]] const Entry* find_entry(std::string_view name);
/// "humaneval, mbpp, ..., mini": for messages.
[[nodiscard]] std::string known_names();

/// The name of the embedded benchmark.
inline constexpr std::string_view mini_name = "mini";

}  // namespace assay::datasets
