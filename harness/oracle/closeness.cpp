#include "harness/oracle/closeness.h"

#include <cmath>
#include <complex>
#include <cstring>
#include <optional>

#include "harness/oracle/number.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

constexpr double rtol = 1e-7;               // given there by hand; np.allclose's own default is 1e-5
constexpr std::size_t max_dimensions = 32;  // NumPy's

bool is_sequence(ValueKind kind) {
  return kind == ValueKind::list || kind == ValueKind::tuple || kind == ValueKind::deque;
}

/// What NumPy makes a number of: bool, float, complex, and int within 64 bits, signed or not. Everything else becomes
/// text or objects, of which isfinite() knows nothing.
std::optional<std::complex<double>> numpy_number(const ValueHead& head) {
  switch (head.kind) {
    case ValueKind::floating:
      return head.real;
    case ValueKind::complex:
      return std::complex<double>(head.real, head.imag);
    case ValueKind::boolean:
    case ValueKind::integer: {
      if (head.integer.digits.empty()) return static_cast<double>(head.integer.small);
      constexpr std::size_t digits_of_75_bits = 5;
      if (head.integer.digits.size() / 2 > digits_of_75_bits) return std::nullopt;
      unsigned __int128 magnitude = 0;
      for (std::size_t i = head.integer.digits.size(); i > 0; i -= 2) {
        std::uint16_t digit = 0;
        std::memcpy(&digit, head.integer.digits.data() + i - 2, sizeof digit);
        magnitude = magnitude << 15 | digit;
      }
      const unsigned __int128 limit = head.integer.negative ? static_cast<unsigned __int128>(1) << 63
                                                            : (static_cast<unsigned __int128>(1) << 64) - 1;
      if (magnitude > limit) return std::nullopt;
      const auto value = static_cast<double>(static_cast<std::uint64_t>(magnitude));
      return head.integer.negative ? -value : value;
    }
    default:
      return std::nullopt;
  }
}

bool is_finite(const std::complex<double>& value) { return std::isfinite(value.real()) && std::isfinite(value.imag()); }

}  // namespace

bool is_close(double out, double exp, double atol) {
  if (!std::isfinite(out) || !std::isfinite(exp)) return out == exp;
  return std::abs(out - exp) <= atol + rtol * std::abs(exp);
}

bool Closeness::fits(std::size_t depth, std::uint64_t length) {
  if (depth >= max_dimensions || (scalar_depth_ != unknown && depth >= scalar_depth_)) return false;
  if (depth < shape_.size() && shape_[depth] != unknown) return shape_[depth] == length;
  if (depth >= shape_.size()) shape_.resize(depth + 1, unknown);
  shape_[depth] = length;
  return true;
}

bool Closeness::scalar_fits(std::size_t depth) {
  if (scalar_depth_ == unknown) scalar_depth_ = depth;
  return scalar_depth_ == depth && shape_.size() <= depth;
}

bool Closeness::compare_scalars(const ValueHead& out, const ValueHead& exp) {
  const auto x = numpy_number(out), y = numpy_number(exp);
  if (!x || !y) return false;
  complex_ = complex_ || out.kind == ValueKind::complex || exp.kind == ValueKind::complex;
  infinite_ = infinite_ || !is_finite(*x) || !is_finite(*y);
  // isclose() multiplies arrays that hold an infinity by one, which makes NaN of a complex infinity.
  if (complex_ && infinite_) return false;
  if (!complex_) return is_close(x->real(), y->real(), atol_);
  return std::abs(*x - *y) <= atol_ + rtol * std::abs(*y);
}

bool Closeness::compare(ValueReader& out_reader, ValueReader& exp_reader, Places& at, int depth) {
  if (depth > static_cast<int>(max_dimensions)) return false;
  const ValueHead out = out_reader.open(at.out), exp = exp_reader.open(at.exp);
  auto level = static_cast<std::size_t>(depth);
  if (!out.has_children() && !exp.has_children()) {
    at = {out.next, exp.next};
    return scalar_fits(level) && compare_scalars(out, exp);
  }
  if (out.count != exp.count) return false;
  Places child{out.body, exp.body};
  if (out.kind == ValueKind::array && exp.kind == ValueKind::array) {
    if (out.dimensions != exp.dimensions) return false;
    for (std::uint32_t i = 0; i < out.dimensions; ++i)
      if (out.dimension(i) != exp.dimension(i) || !fits(level++, exp.dimension(i))) return false;
    for (std::uint64_t i = 0; i < exp.count; ++i) {
      const ValueHead x = out_reader.open(child.out), y = exp_reader.open(child.exp);
      if (x.has_children() || y.has_children() || !scalar_fits(level) || !compare_scalars(x, y)) return false;
      child = {x.next, y.next};
    }
  } else {
    if (!is_sequence(out.kind) || !is_sequence(exp.kind) || !fits(level, exp.count)) return false;
    for (std::uint64_t i = 0; i < exp.count; ++i)
      if (!compare(out_reader, exp_reader, child, depth + 1)) return false;
  }
  at = {out_reader.close(out, child.out), exp_reader.close(exp, child.exp)};
  return true;
}

}  // namespace assay::harness
