#include "harness/store/packing.h"

#include <zlib.h>

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
  uLongf size = ::compressBound(bytes.size());
  std::string compressed(size, '\0');
  ::compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
              bytes.size(), Z_BEST_SPEED);
  compressed.resize(size);
  return compressed;
}

std::optional<std::string> decompress(std::string_view compressed, std::uint64_t bytes) {
  // zlib packs at most 1032 to 1: a damaged length asks for no more memory than that.
  constexpr std::uint64_t most_ratio = 1100, slack = 1024;
  if (bytes > compressed.size() * most_ratio + slack) return std::nullopt;
  std::string plain(bytes, '\0');
  uLongf size = bytes;
  const int code = ::uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                                reinterpret_cast<const Bytef*>(compressed.data()), compressed.size());
  if (code != Z_OK || size != bytes) return std::nullopt;
  return plain;
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
