#include "harness/service/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <climits>

namespace assay::harness {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  constexpr std::size_t most = 3 << 24;  // OpenSSL counts in int: in parts, none of which but the last is padded
  for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size()))) {
    const auto part = bytes.substr(0, most);
    std::string coded((part.size() + 2) / 3 * 4 + 1, '\0');  // it writes a zero at the end
    coded.resize(
        static_cast<std::size_t>(EVP_EncodeBlock(bytes_of(coded), bytes_of(part), static_cast<int>(part.size()))));
    text += coded;
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  // OpenSSL skips spaces and takes padding anywhere.
  if (text.find_first_not_of(letters) != std::string_view::npos || text.size() % 4 == 1 || text.size() > INT_MAX - 4)
    return std::nullopt;
  const std::size_t padding = (4 - text.size() % 4) % 4;
  const std::string whole = std::string(text) + std::string(padding, '=');
  std::string bytes(whole.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(bytes_of(bytes), bytes_of(whole), static_cast<int>(whole.size())) < 0) return std::nullopt;
  return bytes.substr(0, bytes.size() - padding);
}

}  // namespace assay::harness
