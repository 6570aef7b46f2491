#pragma once
/// Digests as lower-case hex.
#include <string>
#include <string_view>

namespace assay::datasets {

[[nodiscard]] std::string sha256(std::string_view bytes);
/// EvalPlus names a data set's content by it; nothing here trusts it.
[[nodiscard]] std::string md5(std::string_view bytes);

}  // namespace assay::datasets
