#pragma once
/// `np.allclose(out, exp, rtol=1e-07, atol=atol)` on encoded values, for shapes that are equal.
/// Source: evalplus/eval/__init__.py, unsafe_execute; numpy/core/numeric.py (isclose) and array coercion of NumPy 1.24.
#include <cstdint>
#include <limits>
#include <vector>

#include "harness/oracle/equality.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {

/// |out - exp| <= atol + rtol * |exp|; infinities equal themselves, NaN nothing.
[[nodiscard]] bool is_close(double out, double exp, double atol);

/// Takes a value whole, or a long sequence element by element (at depth 1).
class Closeness {
 public:
  explicit Closeness(double atol) : atol_(atol) {}
  /// Whether the values at `at` are close, and NumPy makes numbers of them together with all that was compared before;
  /// then `at` is moved behind both.
  [[nodiscard]] bool compare(sandbox::ValueReader& out, sandbox::ValueReader& exp, Places& at, int depth = 0);

 private:
  using Head = sandbox::ValueHead;
  bool compare_scalars(const Head& out, const Head& exp);
  /// Both sides hold `length` values at this depth; false where others there hold another number: NumPy makes no array
  /// of ragged lists.
  bool fits(std::size_t depth, std::uint64_t length);
  bool scalar_fits(std::size_t depth);

  static constexpr std::size_t unknown = std::numeric_limits<std::size_t>::max();
  double atol_;
  std::vector<std::uint64_t> shape_;
  std::size_t scalar_depth_ = unknown;
  bool complex_ = false, infinite_ = false;
};

}  // namespace assay::harness
