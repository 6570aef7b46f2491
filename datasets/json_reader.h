#pragma once
/// Reads JSON as Python's json module does, keeping what a general library loses: numbers keep their text, NaN,
/// Infinity and lone surrogates are read, a repeated key keeps its first place and last value.
#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "datasets/value.h"

namespace assay::datasets {

struct JsonError {
  std::size_t offset;  ///< in the reader's text
  std::string what;    ///< "a string that never ends"
};

/// How much a hostile text may ask of us.
inline constexpr std::size_t most_json_depth = 512;  ///< the published data nest up to 30 deep
inline constexpr std::size_t most_json_values = 32U
                                                << 20;  ///< over all that one budget serves; HumanEval+ has one million

/// Reads one value after the other out of a text that must outlive it. The text must be valid UTF-8.
class JsonReader {
 public:
  /// `budget` is the number of values that may still be read; several readers may share one.
  JsonReader(std::string_view text, std::size_t& budget) : text_(text), budget_(budget) {}

  /// The next value: None, bool, Integer, Float, String, List or Dict with String keys.
  [[nodiscard]] tl::expected<Value, JsonError> value();
  /// Skips whitespace; true where nothing is left.
  [[nodiscard]] bool at_end();
  /// Skips whitespace and takes `c` if it comes next.
  [[nodiscard]] bool take(char c);
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  bool fail(std::size_t offset, std::string what);
  void skip_space();
  bool read(Value& into, std::size_t depth);
  bool read_word(Value& into);
  bool read_number(Value& into);
  bool read_string(std::string& into);
  bool read_escape(std::string& into);
  bool read_hex4(unsigned& into);
  bool read_list(Value& into, std::size_t depth);
  bool read_dict(Value& into, std::size_t depth);

  std::string_view text_;
  std::size_t& budget_;
  std::size_t at_ = 0;
  JsonError error_{};
};

/// The offset of the first byte that is not part of valid UTF-8, or npos.
[[nodiscard]] std::size_t invalid_utf8(std::string_view text);

}  // namespace assay::datasets
