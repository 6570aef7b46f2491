#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::harness {

/// A word of Python source. Numbers, strings and comments are no words of interest and are left out, save that a string
/// or number stands as `literal`.
struct PythonToken {
  enum class Kind : std::uint8_t { name, op, literal, newline };
  Kind kind = Kind::newline;
  std::string_view
      text;       ///< within the source; op: one character, but `==`, `!=`, `<=`, `>=`, `:=` and `+=` alike are whole
  int depth = 0;  ///< brackets that are open before it
};

/// Cuts source into words as far as they can be told without a parser; newlines within brackets are left out.
[[nodiscard]] std::vector<PythonToken> python_tokens(std::string_view source);

}  // namespace assay::harness
