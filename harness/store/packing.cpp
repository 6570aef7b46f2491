#include "harness/store/packing.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace assay::harness {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

template <class Number>
void append(std::string& bytes, Number number) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  bytes.append(raw, sizeof number);
}

template <class Number>
bool take(std::string_view& bytes, Number& number) {
  if (bytes.size() < sizeof number) return false;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return true;
}

}  // namespace

std::string compress(std::string_view bytes) {
  std::string compressed(::ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ::ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), 1);
  compressed.resize(size);
  return compressed;
}

void pack(std::string& chunk, const GroundTruthCall& call) {
  append(chunk, static_cast<std::uint8_t>(call.large));
  append(chunk, call.seconds);
  append(chunk, static_cast<std::uint64_t>(call.encoded.size()));
  chunk += call.encoded;
}

bool unpack(std::string_view chunk, std::vector<GroundTruthCall>& calls) {
  while (!chunk.empty()) {
    std::uint8_t large = 0;
    std::uint64_t size = 0;
    GroundTruthCall call;
    if (!take(chunk, large) || large > 1 || !take(chunk, call.seconds) || !take(chunk, size) || size > chunk.size())
      return false;
    call.large = large == 1;
    call.encoded = chunk.substr(0, size);
    chunk.remove_prefix(size);
    calls.push_back(std::move(call));
  }
  return true;
}

}  // namespace assay::harness
