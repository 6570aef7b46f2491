#pragma once
/// `set(out) == set(exp)`, the sample's elements streaming past an index of the expected ones.
#include <deque>
#include <optional>
#include <string>

#include "harness/oracle/expected_result.h"
#include "harness/oracle/value_index.h"

namespace assay::harness {

class SetComparison {
 public:
  /// `expected`, kept, must outlive it.
  explicit SetComparison(const ExpectedResult& expected);
  /// The sample's next piece.
  void piece(sandbox::Bytes sample);
  [[nodiscard]] Equality answer() const;

 private:
  struct Source {
    explicit Source(sandbox::Bytes bytes) : reader(bytes) {}
    sandbox::ValueReader reader;
    std::string made;
    std::optional<sandbox::ValueReader> made_reader;
  };
  std::deque<Source> sources_;
  ValueIndex index_;
  Equality so_far_ = Equality::equal;
  std::uint64_t elements_ = 0;
};

}  // namespace assay::harness
