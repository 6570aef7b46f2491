#pragma once
/// How much text of models and data sets a page takes in. What is too much is cut or left out, and counted.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::reports {

/// Of the name of a problem or a run.
inline constexpr std::size_t most_id_bytes = 200;

/// The first bytes of a text, no character cut in two. The view lives as long as `text`.
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t most);

/// What a page's texts may take together.
class TextBudget {
 public:
  explicit TextBudget(std::size_t bytes) : left_(bytes) {}
  /// Whether so many bytes more fit; they are taken if so.
  bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  std::size_t left_;
};

/// A program as views get it: its text, or [text, bytes of the whole] where it was cut.
[[nodiscard]] std::string program_json(std::string_view program, std::size_t most);

}  // namespace assay::reports
