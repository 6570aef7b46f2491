#include "engine/tokenizer/unicode/normalization.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/text/utf8.h"
#include "engine/tokenizer/unicode/character_class.h"
#include "engine/tokenizer/unicode/tables.h"

namespace assay::engine::unicode {
namespace {

// Source: The Unicode Standard, section 3.12, "Conjoining Jamo Behavior".
constexpr char32_t s_base = 0xac00, l_base = 0x1100, v_base = 0x1161, t_base = 0x11a7;
constexpr char32_t l_count = 19, v_count = 21, t_count = 28, n_count = v_count * t_count, s_count = l_count * n_count;

struct Character {
  char32_t point;
  std::uint8_t combining_class;
};

class Canonical {
 public:
  static const Canonical& get() {
    static const Canonical canonical;
    return canonical;
  }

  [[nodiscard]] std::uint8_t combining_class(char32_t point) const {
    const auto* end = combining_classes + combining_classes_count;
    const auto* row = std::lower_bound(combining_classes, end, point,
                                       [](const ClassRange& range, char32_t value) { return range.last < value; });
    return row != end && row->first <= point ? row->combining_class : 0;
  }

  void decompose(char32_t point, std::vector<Character>& into) const {
    if (point - s_base < s_count) {
      const char32_t index = point - s_base;
      into.push_back({l_base + index / n_count, 0});
      into.push_back({v_base + index % n_count / t_count, 0});
      if (index % t_count != 0) into.push_back({t_base + index % t_count, 0});
      return;
    }
    const auto* end = decompositions + decompositions_count;
    const auto* row = std::lower_bound(decompositions, end, point,
                                       [](const Decomposition& one, char32_t value) { return one.whole < value; });
    if (row == end || row->whole != point) {
      into.push_back({point, combining_class(point)});
      return;
    }
    decompose(row->first, into);  // three deep at most
    if (row->second != 0) decompose(row->second, into);
  }

  /// What two characters become, or 0.
  [[nodiscard]] char32_t compose(char32_t first, char32_t second) const {
    if (first - l_base < l_count && second - v_base < v_count)
      return s_base + ((first - l_base) * v_count + (second - v_base)) * t_count;
    if (first - s_base < s_count && (first - s_base) % t_count == 0 && second > t_base && second - t_base < t_count)
      return first + (second - t_base);
    const auto found = wholes_.find(key(first, second));
    return found == wholes_.end() ? 0 : found->second;
  }

 private:
  Canonical() {
    for (const Decomposition& row : std::span(decompositions, decompositions_count))
      if (row.composes) wholes_.emplace(key(row.first, row.second), row.whole);
  }
  static std::uint64_t key(char32_t first, char32_t second) {
    return static_cast<std::uint64_t>(first) << 32U | static_cast<std::uint64_t>(second);
  }

  std::unordered_map<std::uint64_t, char32_t> wholes_;
};

/// Marks in a row stand by their class, those of one class as they stood.
void order(std::vector<Character>& text) {
  const auto is_mark = [](const Character& one) { return one.combining_class != 0; };
  for (auto begin = text.begin(); begin != text.end();) {
    begin = std::find_if(begin, text.end(), is_mark);
    const auto end = std::find_if_not(begin, text.end(), is_mark);
    std::stable_sort(begin, end,
                     [](const Character& a, const Character& b) { return a.combining_class < b.combining_class; });
    begin = end;
  }
}

/// In place; what has joined the character before it is gone.
void compose(std::vector<Character>& text) {
  const Canonical& canonical = Canonical::get();
  std::size_t kept = 0;
  std::size_t starter = 0;  ///< index + 1 of the last kept starter
  for (const Character& next : std::vector<Character>(text)) {
    if (starter != 0) {
      // Blocked: something between has the same class or a higher one, or is a starter itself.
      const bool beside = kept == starter;
      const bool blocked = !beside && text[kept - 1].combining_class >= next.combining_class;
      const char32_t whole = blocked ? 0 : canonical.compose(text[starter - 1].point, next.point);
      if (whole != 0) {
        text[starter - 1].point = whole;
        continue;
      }
    }
    text[kept++] = next;
    if (next.combining_class == 0) starter = kept;
  }
  text.resize(kept);
}

}  // namespace

bool surely_nfc(std::string_view text) {
  const CharacterClasses& classes = CharacterClasses::get();
  for (std::size_t at = 0; at < text.size();)
    if (classes.is(take(text, at), unstable)) return false;
  return true;
}

std::string nfc(std::string_view text) {
  if (surely_nfc(text)) return std::string(text);
  std::vector<Character> characters;
  characters.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) Canonical::get().decompose(take(text, at), characters);
  order(characters);
  compose(characters);
  std::string out;
  out.reserve(text.size());
  for (const Character& one : characters) append(out, one.point);
  return out;
}

}  // namespace assay::engine::unicode
