#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace assay::datasets {

using Sha256 = std::array<std::byte, 32>;
[[nodiscard]] Sha256 sha256_digest(std::string_view bytes);

/// As lower-case hex.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// As lower-case hex. EvalPlus names a data set's content by it; nothing here trusts it.
[[nodiscard]] std::string md5(std::string_view bytes);

}  // namespace assay::datasets
