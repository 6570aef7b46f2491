#include "datasets/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace assay::datasets {
namespace {

std::string hex_digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    std::fputs("assay: bug: libcrypto computes no digest\n", stderr);
    std::abort();
  }
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * std::size_t{size});
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

}  // namespace

std::string sha256(std::string_view bytes) { return hex_digest(EVP_sha256(), bytes); }

std::string md5(std::string_view bytes) { return hex_digest(EVP_md5(), bytes); }

}  // namespace assay::datasets
