#include "harness/oracle/expected_result.h"

#include <cstring>

namespace assay::harness {
namespace {

using Kind = sandbox::ResultHeader::Kind;

void put(std::string& bytes, std::uint64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

bool take(std::string_view& bytes, std::uint64_t& number) {
  if (bytes.size() < sizeof number) return false;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return true;
}

}  // namespace

std::string ExpectedResult::to_bytes() const {
  std::string bytes(1, static_cast<char>(kind));
  put(bytes, elements);
  put(bytes, pieces.size());
  for (const std::string& piece : pieces) {
    put(bytes, piece.size());
    bytes += piece;
  }
  return bytes;
}

std::optional<ExpectedResult> ExpectedResult::from_bytes(std::string_view bytes) {
  if (bytes.empty() || static_cast<unsigned char>(bytes.front()) > static_cast<unsigned char>(Kind::tuple))
    return std::nullopt;
  ExpectedResult result;
  result.kind = static_cast<Kind>(bytes.front());
  bytes.remove_prefix(1);
  std::uint64_t count = 0, size = 0;
  if (!take(bytes, result.elements) || !take(bytes, count) || count > bytes.size() / sizeof count) return std::nullopt;
  result.pieces.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!take(bytes, size) || size > bytes.size()) return std::nullopt;
    result.pieces.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return bytes.empty() ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace assay::harness
