#pragma once
/// Python source as far as programs have to be told apart by it: statements at the left margin, and literals.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::harness {

/// The statements at the left margin, in order, comments and blank lines left out; the indented lines after one belong
/// to it. None where the text cannot be cut: a string or a bracket that never ends, an indented first line.
[[nodiscard]] std::optional<std::vector<std::string_view>> statements_of(std::string_view source);

/// Lines without the indentation of the first that is not blank, where they have it: what IPython does to a cell.
[[nodiscard]] std::string without_indent(std::string_view source);

/// Reads literals out of an expression. Each member takes what it reads, and leaves the rest where it fails.
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : rest_(text) {}
  /// A str literal, or several side by side. Surrogate pairs are joined; lone ones are kept as WTF-8.
  [[nodiscard]] std::optional<std::string> string();
  /// A list (or tuple) of str literals.
  [[nodiscard]] std::optional<std::vector<std::string>> strings();
  [[nodiscard]] bool take(std::string_view token);
  [[nodiscard]] bool at_end();

 private:
  void skip_space();
  bool one_string(std::string& into);
  bool escape(std::string& into);
  std::string_view rest_;
};

}  // namespace assay::harness
