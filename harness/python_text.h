#pragma once
/// Python source of a value under way: bounded, so that an enormous value costs what is shown of it.
#include <cstddef>
#include <string>
#include <string_view>

namespace assay::harness {

class PythonText {
 public:
  explicit PythonText(std::size_t most) : most_(most) {}

  /// Nothing that is added now will be seen: who walks a value may stop.
  [[nodiscard]] bool full() const { return text_.size() > most_; }
  PythonText& operator+=(std::string_view text) {
    text_.append(text, 0, most_ + 1);
    return *this;
  }
  /// A string literal. WTF-8's lone surrogates stay as their bytes.
  void add_string(std::string_view utf8);
  void add_bytes(std::string_view bytes);  ///< b'…'

  /// What was added, and `end`; where that is longer than `most` bytes, as much of it as fits, and "…".
  [[nodiscard]] std::string finish(std::string_view end = "");

 private:
  void add_escaped(unsigned char c, char quote);

  std::size_t most_;
  std::string text_;
};

}  // namespace assay::harness
