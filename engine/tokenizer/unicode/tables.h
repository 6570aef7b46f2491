#pragma once
/// What the `tokenizers` package knows of Unicode, as make_tables.py has asked it. Sorted, without overlaps.
#include <cstddef>
#include <cstdint>

namespace assay::engine::unicode {

struct Range {
  char32_t first, last;
};
struct ClassRange {
  char32_t first, last;
  std::uint8_t combining_class;  ///< never 0
};
/// One step of a canonical decomposition; Hangul is computed instead.
struct Decomposition {
  char32_t whole, first, second;  ///< second is 0 where there is one part alone
  bool composes;                  ///< the parts become the whole again
};

extern const Range letters[];          ///< \p{L}
extern const Range numbers[];          ///< \p{N}
extern const Range spaces[];           ///< \s
extern const Range word_characters[];  ///< \w, as tokens with `single_word` see it
extern const ClassRange combining_classes[];
extern const Decomposition decompositions[];
extern const std::size_t letters_count, numbers_count, spaces_count, word_characters_count, combining_classes_count,
    decompositions_count;

}  // namespace assay::engine::unicode
