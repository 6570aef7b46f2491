#pragma once
/// The elements of an expected list or tuple, one after the other, however it was cut into pieces.
#include <cstddef>
#include <memory>

#include "harness/oracle/expected_result.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {

class ExpectedElements {
 public:
  /// A kept result, which must outlive it.
  explicit ExpectedElements(const ExpectedResult& expected) : expected_(&expected) {}
  /// A result that is given piece by piece. Whatever was left of the piece before is dropped.
  void give(sandbox::Bytes piece) { open(piece); }

  /// Whether there is a next element (at `at()` of `reader()`).
  [[nodiscard]] bool have();
  [[nodiscard]] sandbox::ValueReader& reader() { return *reader_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  /// Goes on to the next, which stands behind the current one.
  void advance(std::size_t behind) {
    at_ = behind;
    --left_;
  }
  /// What the current piece is: list or tuple, or bad.
  [[nodiscard]] sandbox::ValueKind kind() const { return kind_; }

 private:
  void open(sandbox::Bytes piece);

  const ExpectedResult* expected_;
  std::size_t next_piece_ = 0;
  std::unique_ptr<sandbox::ValueReader> reader_;
  sandbox::ValueKind kind_ = sandbox::ValueKind::bad;
  std::size_t at_ = 0;
  std::uint64_t left_ = 0;
};

[[nodiscard]] inline sandbox::Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace assay::harness
