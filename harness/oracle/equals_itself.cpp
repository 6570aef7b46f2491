#include "harness/oracle/equals_itself.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace assay::harness {
namespace {

/// The codes of sandbox/wire/value_format.md; whatever else it has is left to the comparison.
class EqualityWalk {
 public:
  explicit EqualityWalk(sandbox::Bytes value) : at_(value.data()), end_(at_ + value.size()) {}

  bool operator()() {
    // How many values are yet to come is all that nesting means here.
    for (std::uint64_t left = 1; left > 0; --left) {
      std::uint8_t code = 0;
      std::uint64_t children = 0;
      if (!read(code) || !value(code & 0x7f, (code & 0x80) != 0, children)) return false;
      left += children;
    }
    return at_ == end_;
  }

 private:
  template <class T>
  bool read(T& into) {
    if (static_cast<std::size_t>(end_ - at_) < sizeof into) return false;
    std::memcpy(&into, at_, sizeof into);
    at_ += sizeof into;
    return true;
  }
  template <class Length>
  bool pass_block() {
    Length length{};
    if (!read(length) || static_cast<std::size_t>(end_ - at_) < length) return false;
    at_ += length;
    return true;
  }
  template <class Count>
  bool open(std::uint64_t& children) {
    Count count{};
    if (!read(count)) return false;
    children = count;
    return true;
  }

  bool value(std::uint8_t code, bool numbered, std::uint64_t& children) {
    const bool holds_others = code == '(' || code == ')' || code == '[';
    if (numbered) is_leaf_.push_back(!holds_others);
    std::uint32_t number = 0;
    std::int32_t integer = 0;
    double real = 0;
    switch (code) {
      case 'N':
      case 'T':
      case 'F':
        return !numbered;
      case 'i':
        return read(integer);
      case 'g':
        return read(real) && !std::isnan(real);
      case 'z':
      case 'Z':
        return pass_block<std::uint8_t>();
      case 'a':
      case 'A':
      case 'u':
      case 't':
      case 's':
        return pass_block<std::uint32_t>();
      case ')':
        return open<std::uint8_t>(children);
      case '(':
      case '[':
        return open<std::uint32_t>(children);
      case 'r':  // to a container: it may not be finished
        return !numbered && read(number) && number < is_leaf_.size() && is_leaf_[number];
      default:
        return false;
    }
  }

  const std::byte* at_;
  const std::byte* end_;
  std::vector<bool> is_leaf_;  ///< by reference number
};

}  // namespace

bool equals_itself(sandbox::Bytes value) { return EqualityWalk(value)(); }

}  // namespace assay::harness
