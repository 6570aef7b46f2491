#include "engine/decoding/random.h"

namespace assay::engine {
namespace {

constexpr std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
constexpr std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multipliers[] = {0xD2511F53, 0xCD9E8D57};
  constexpr std::uint32_t weyl[] = {0x9E3779B9, 0xBB67AE85};
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t even = multipliers[0] * counter[0], odd = multipliers[1] * counter[2];
    counter = {high(odd) ^ counter[1] ^ key[0], low(odd), high(even) ^ counter[3] ^ key[1], low(even)};
    key[0] += weyl[0];
    key[1] += weyl[1];
  }
  return counter;
}

std::uint64_t problem_key(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

SampleRandom::SampleRandom(const SampleKey& key) {
  const auto words = philox({low(key.problem), high(key.problem), key.sample, 0}, {low(key.seed), high(key.seed)});
  key_ = {words[0], words[1]};
}

double SampleRandom::uniform(Purpose purpose, std::int64_t step, std::int64_t position) const {
  const auto words = philox({low(static_cast<std::uint64_t>(position)), low(static_cast<std::uint64_t>(step)),
                             static_cast<std::uint32_t>(purpose), 0},
                            key_);
  const std::uint64_t bits = (std::uint64_t{words[0]} << 32 | words[1]) >> 24;  // 40 of them
  return (static_cast<double>(bits) + 0.5) * 0x1p-40;
}

}  // namespace assay::engine
