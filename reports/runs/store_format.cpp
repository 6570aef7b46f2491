#include "reports/runs/store_format.h"

#include <zstd.h>

#include <algorithm>
#include <charconv>

namespace assay::reports {
namespace {

/// What stands between the brackets of a list.
std::optional<std::string_view> within_brackets(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// Takes the part up to the next comma; false where nothing follows a comma.
bool take_part(std::string_view& text, std::string_view& part) {
  part = text.substr(0, text.find(','));
  if (part.size() + 1 == text.size()) return false;
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return true;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> indices_from(std::string_view text) {
  auto left = within_brackets(text);
  if (!left) return std::nullopt;
  std::vector<std::uint32_t> all;
  for (std::string_view part; !left->empty();) {
    if (!take_part(*left, part)) return std::nullopt;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), all.emplace_back());
    if (code != std::errc() || end != part.data() + part.size()) return std::nullopt;
  }
  return all;
}

std::optional<std::vector<std::string_view>> words_from(std::string_view text) {
  auto left = within_brackets(text);
  if (!left) return std::nullopt;
  std::vector<std::string_view> all;
  for (std::string_view part; !left->empty();) {
    if (!take_part(*left, part) || part.size() < 3 || part.front() != '"' || part.back() != '"') return std::nullopt;
    all.push_back(part.substr(1, part.size() - 2));
  }
  return all;
}

std::optional<std::string> decompress(std::string_view compressed, std::uint64_t bytes) {
  constexpr std::uint64_t most_bytes = 1ULL << 30;  // a damaged length asks for no more memory than that
  if (bytes > most_bytes || ::ZSTD_getFrameContentSize(compressed.data(), compressed.size()) != bytes)
    return std::nullopt;
  std::string plain(bytes, '\0');
  const std::size_t size = ::ZSTD_decompress(plain.data(), plain.size(), compressed.data(), compressed.size());
  if (::ZSTD_isError(size) != 0 || size != bytes) return std::nullopt;
  return plain;
}

}  // namespace assay::reports
