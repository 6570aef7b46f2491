#include "reports/runs/unpacked.h"

#include <zstd.h>

namespace assay::reports {

std::optional<std::string> unpacked(std::string_view compressed, std::int64_t bytes) {
  constexpr std::int64_t most_bytes = 1LL << 30;
  if (bytes < 0 || bytes > most_bytes) return std::nullopt;
  std::string plain(static_cast<std::size_t>(bytes), '\0');
  const std::size_t size = ::ZSTD_decompress(plain.data(), plain.size(), compressed.data(), compressed.size());
  if (::ZSTD_isError(size) != 0 || size != plain.size()) return std::nullopt;
  return plain;
}

}  // namespace assay::reports
