#pragma once
/// `out == exp` as Python decides it, on two encoded values walked side by side.
#include <cstdint>

#include "sandbox/wire/value_reader.h"

namespace assay::harness {

enum class Equality : std::uint8_t {
  equal,
  unequal,
  raises,  ///< malformed or too deep, or Python would raise: NumPy has no truth value for an array of several elements
};

/// Where a walk stands in each value.
struct Places {
  std::size_t out = 0, exp = 0;
};

/// Compares values of a sample's bytes with values of expected bytes. Every step of a walk consumes a part of the
/// expected value, so that a sample can't make it longer, whatever it shares or nests.
class Comparison {
 public:
  Comparison(sandbox::ValueReader& out, sandbox::ValueReader& exp) : out_(out), exp_(exp) {}

  /// Compares the values at `at`; where they are equal, `at` is moved behind both.
  Equality compare(Places& at, int depth = 0);

 private:
  using Head = sandbox::ValueHead;
  Equality compare_children(const Head& out, const Head& exp, Places& at, int depth);
  Equality compare_sets(const Head& out, const Head& exp, Places& at, int depth);
  Equality compare_dicts(const Head& out, const Head& exp, Places& at, int depth);
  Equality compare_arrays(const Head& out, const Head& exp, Places& at);
  [[nodiscard]] Equality compare_leaves(const Head& out, const Head& exp) const;

  sandbox::ValueReader& out_;
  sandbox::ValueReader& exp_;
};

}  // namespace assay::harness
