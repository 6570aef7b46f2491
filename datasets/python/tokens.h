#pragma once
/// Python source cut into tokens, as far as that can be told without a parser.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace assay::datasets {

/// Comments are left out, and so are newlines within brackets.
struct PythonToken {
  enum class Kind : std::uint8_t { name, op, literal, newline };
  Kind kind = Kind::newline;
  /// Within the source; a string's is without its prefix. op: one character, but `==`, `!=`, `<=`, `>=`, `:=` and `+=`
  /// alike are whole.
  std::string_view text;
  int depth = 0;  ///< brackets that are open before it
};

/// Where the string whose quote stands at `at` ends; npos where it never does: in its line, or if triple, at all.
[[nodiscard]] std::size_t end_of_string(std::string_view source, std::size_t at);

/// The tokens of a source, which must outlive them; a newline is the last. Of places behind it, it is known that
/// statements end there, and nothing else.
class PythonTokens {
 public:
  explicit PythonTokens(std::string_view source);

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] const PythonToken& operator[](std::size_t i) const { return tokens_[i]; }
  [[nodiscard]] auto begin() const { return tokens_.begin(); }
  [[nodiscard]] auto end() const { return tokens_.end(); }

  [[nodiscard]] bool is_name(std::size_t i) const;
  [[nodiscard]] bool is_name(std::size_t i, std::string_view text) const;
  [[nodiscard]] bool is_op(std::size_t i, std::string_view text) const;
  [[nodiscard]] bool opens(std::size_t i) const;
  [[nodiscard]] bool closes(std::size_t i) const;
  /// A name behind a dot.
  [[nodiscard]] bool is_attribute(std::size_t i) const { return is_name(i) && i > 0 && is_op(i - 1, "."); }
  [[nodiscard]] bool begins_statement(std::size_t i) const;
  [[nodiscard]] bool ends_statement(std::size_t i) const;
  [[nodiscard]] bool is_newline(std::size_t i) const;
  /// How many bytes of its line stand before it; of the newline at the end there is no telling.
  [[nodiscard]] std::size_t column(std::size_t i) const;
  /// It stands in the first column of its line.
  [[nodiscard]] bool begins_line(std::size_t i) const;
  /// The source from a token up to the next one named, which may be behind the last.
  [[nodiscard]] std::string_view text(std::size_t begin, std::size_t end) const;
  /// For each bracket that opens, where it closes.
  [[nodiscard]] std::map<std::size_t, std::size_t> brackets() const;

 private:
  /// Where it begins; the source's end, of the last and behind it.
  [[nodiscard]] std::size_t offset(std::size_t i) const;

  std::string_view source_;
  std::vector<PythonToken> tokens_;
};

}  // namespace assay::datasets
