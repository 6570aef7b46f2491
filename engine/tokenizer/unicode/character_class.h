#pragma once
/// What kind of character a code point is.
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::engine::unicode {

enum CharacterClass : std::uint8_t {
  letter = 1,
  number = 2,
  space = 4,
  word = 8,
  unstable = 16,  ///< NFC may change it, or what stands beside it
};

/// A byte for every code point, made once.
class CharacterClasses {
 public:
  [[nodiscard]] static const CharacterClasses& get();
  /// A mask of CharacterClass.
  [[nodiscard]] std::uint8_t of(char32_t point) const { return masks_[point]; }
  [[nodiscard]] bool is(char32_t point, unsigned mask) const { return (masks_[point] & mask) != 0; }

 private:
  CharacterClasses();
  std::vector<std::uint8_t> masks_;
};

}  // namespace assay::engine::unicode
