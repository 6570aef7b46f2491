#include "engine/tokenizer/unicode/character_class.h"

#include <span>

#include "engine/tokenizer/unicode/tables.h"

namespace assay::engine::unicode {
namespace {

constexpr std::size_t code_points = 0x110000;
// Vowels and final consonants of Hangul join the syllable before them. Source: The Unicode Standard, section 3.12.
constexpr Range joining_jamo[] = {{0x1161, 0x1175}, {0x11a8, 0x11c2}};

}  // namespace

CharacterClasses::CharacterClasses() : masks_(code_points) {
  const auto set = [&](char32_t first, char32_t last, std::uint8_t mask) {
    for (char32_t point = first; point <= last; ++point) masks_[point] |= mask;
  };
  for (const Range& range : std::span(letters, letters_count)) set(range.first, range.last, letter);
  for (const Range& range : std::span(numbers, numbers_count)) set(range.first, range.last, number);
  for (const Range& range : std::span(spaces, spaces_count)) set(range.first, range.last, space);
  for (const Range& range : std::span(word_characters, word_characters_count)) set(range.first, range.last, word);
  for (const ClassRange& range : std::span(combining_classes, combining_classes_count))
    set(range.first, range.last, unstable);
  for (const Range& range : joining_jamo) set(range.first, range.last, unstable);
  for (const Decomposition& row : std::span(decompositions, decompositions_count)) {
    if (!row.composes) set(row.whole, row.whole, unstable);  // it stays apart
    if (row.second != 0) set(row.second, row.second, unstable);
  }
}

const CharacterClasses& CharacterClasses::get() {
  static const CharacterClasses classes;
  return classes;
}

}  // namespace assay::engine::unicode
