#include "datasets/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace assay::datasets {
namespace {

/// @return how many bytes it has.
std::size_t compute(const EVP_MD* algorithm, std::string_view bytes, unsigned char* digest) {
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) != 1) {
    std::fputs("assay: bug: libcrypto computes no digest\n", stderr);
    std::abort();
  }
  return size;
}

std::string hex_digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  const std::size_t size = compute(algorithm, bytes, digest.data());
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

}  // namespace

Sha256 sha256_digest(std::string_view bytes) {
  Sha256 digest;
  compute(EVP_sha256(), bytes, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string sha256(std::string_view bytes) { return hex_digest(EVP_sha256(), bytes); }

std::string md5(std::string_view bytes) { return hex_digest(EVP_md5(), bytes); }

}  // namespace assay::datasets
