#pragma once
/// Random numbers that are a function of what they are for: no state, no order of calls, no batch.
#include <array>
#include <cstdint>
#include <string_view>

namespace assay::engine {

/// Philox4x32-10: four words a counter. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
/// 3" (SC 2011), section 3.3.
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key);

/// What one sample's numbers are keyed by, besides step and position.
struct SampleKey {
  std::uint64_t seed = 0;
  std::uint64_t problem = 0;  ///< problem_key() of its name
  std::uint32_t sample = 0;
};

/// FNV-1a of a problem's name: the same whichever other problems are drawn for.
[[nodiscard]] std::uint64_t problem_key(std::string_view name);

class SampleRandom {
 public:
  enum class Purpose : std::uint32_t { token, order };

  explicit SampleRandom(const SampleKey& key);
  /// In (0, 1), a multiple of 2^-41: never 0 nor 1, also after rounding.
  [[nodiscard]] double uniform(Purpose purpose, std::int64_t step, std::int64_t position) const;

 private:
  std::array<std::uint32_t, 2> key_;
};

}  // namespace assay::engine
