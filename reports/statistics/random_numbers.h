#pragma once
/// Random numbers that are the same on every machine: the standard fixes its engines, not its distributions.
#include <cstddef>
#include <cstdint>
#include <random>

namespace assay::reports {

class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  /// Of 0 … n − 1; n below 2³². The high half of a product: no number is favoured by more than n / 2³².
  [[nodiscard]] std::size_t below(std::size_t n) {
    constexpr unsigned half = 32;
    if (spare_ == 0) {
      pair_ = engine_();
      spare_ = 2;
    }
    const std::uint64_t draw = pair_ & 0xffffffffU;
    pair_ >>= half;
    --spare_;
    return static_cast<std::size_t>((draw * n) >> half);
  }
  [[nodiscard]] double unit() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }  ///< in [0, 1)

 private:
  std::mt19937_64 engine_;
  std::uint64_t pair_ = 0;  ///< two draws of 32 bits are taken from one of 64
  int spare_ = 0;
};

}  // namespace assay::reports
