#pragma once
/// One call's result against what JSON says of it, for data sets that give results instead of a canonical solution.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sandbox/executor.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {

/// A result is right where Python's `==` says so, but for what JSON has no word for: a tuple is its list at any depth,
/// an integer that is a key of a dict is its digits. Where a float is expected, `is_close` decides, with EvalPlus's
/// tolerance for floats. NaN equals nothing, a NumPy array no list.
///
/// The sample's bytes are hostile: every step consumes a part of the expected value, and what is malformed is wrong.
class JsonComparison {
 public:
  /// `expected`: one value of None, bool, int, float, text, lists and dicts of these, as marshal_input() writes it; it
  /// must outlive this.
  explicit JsonComparison(std::string_view expected);
  /// A result begins, as ResultSink has it.
  void begin(const sandbox::ResultHeader& header);
  void piece(sandbox::Bytes bytes);
  /// Known not to be right.
  [[nodiscard]] bool wrong() const { return !right_; }
  /// The result is complete. @return whether it is right.
  [[nodiscard]] bool end() const { return right_ && left_ == 0; }

 private:
  sandbox::ValueReader expected_;
  bool right_ = false;
  bool sequence_ = false;   ///< the result comes as the pieces of a list or tuple
  std::size_t at_ = 0;      ///< the next element of the expected list
  std::uint64_t left_ = 0;  ///< of these, and of the pieces of another value
};

}  // namespace assay::harness
