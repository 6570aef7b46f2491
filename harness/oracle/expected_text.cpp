#include "harness/oracle/expected_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "harness/python_json.h"
#include "harness/python_text.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

/// What stands around a container's items.
struct Brackets {
  std::string_view open, close;
};

Brackets brackets_of(const ValueHead& head) {
  switch (head.kind) {
    case ValueKind::tuple:
      return {"(", head.count == 1 ? ",)" : ")"};
    case ValueKind::deque:
      return {"deque([", "])"};
    case ValueKind::set:
      return head.count == 0 ? Brackets{"set(", ")"} : Brackets{"{", "}"};
    case ValueKind::frozenset:
      return head.count == 0 ? Brackets{"frozenset(", ")"} : Brackets{"frozenset({", "})"};
    case ValueKind::dict:
      return {"{", "}"};
    case ValueKind::array:
      return {"array([", "])"};
    default:
      return {"[", "]"};
  }
}

/// Decimal digits of a magnitude in 15-bit digits, lowest first.
std::string decimal_digits(std::string_view digits) {
  constexpr std::uint32_t base = 1'000'000'000;  // nine decimal digits at a time
  std::vector<std::uint32_t> parts;              // lowest first
  for (std::size_t i = digits.size(); i > 0; i -= 2) {
    std::uint16_t digit = 0;
    std::memcpy(&digit, digits.data() + i - 2, sizeof digit);
    std::uint64_t carry = digit;
    for (std::uint32_t& part : parts) {
      carry += std::uint64_t{part} << 15U;
      part = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
    if (carry > 0) parts.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string text = parts.empty() ? "0" : std::to_string(parts.back());
  for (std::size_t i = parts.size(); i > 1; --i) text += fmt::format("{:09}", parts[i - 2]);
  return text;
}

std::string integer_text(const sandbox::IntegerView& integer) {
  if (integer.digits.empty()) return std::to_string(integer.small);
  constexpr std::size_t most_digits = 300, bits_a_digit = 15;  // writing more takes time by their square
  const std::size_t digits = integer.digits.size() / 2;
  if (digits > most_digits)
    return fmt::format("<{}integer of {} bits>", integer.negative ? "negative " : "", digits * bits_a_digit);
  return (integer.negative ? "-" : "") + decimal_digits(integer.digits);
}

std::string complex_text(double real, double imag) {
  return fmt::format("complex({}, {})", python_repr(real), python_repr(imag));
}

class TextWalk {
 public:
  TextWalk(const std::string& bytes, PythonText& text) : reader_(std::as_bytes(std::span(bytes))), text_(text) {}

  /// Writes the value at `at`, or as much as will be seen. False where it is malformed.
  bool value(std::size_t at, int depth, std::size_t& next) {
    if (depth > ValueReader::max_depth) return false;
    const ValueHead head = reader_.open(at);
    if (head.kind == ValueKind::bad) return false;
    if (!head.has_children()) {
      scalar(head);
      next = head.next;
      return true;
    }
    const Brackets brackets = brackets_of(head);
    text_ += brackets.open;
    if (!items(head, depth, next)) return false;
    text_ += brackets.close;
    if (head.kind == ValueKind::array) shape(head);
    return true;
  }
  /// The children of a container, without brackets.
  bool items(const ValueHead& head, int depth, std::size_t& next) {
    std::size_t at = head.body;
    for (std::uint64_t done = 0; reader_.more(head, at, done); ++done) {
      if (text_.full()) return true;  // the rest is not seen: `next` is not needed either
      if (done > 0) text_ += ", ";
      if (!value(at, depth + 1, at)) return false;
      if (head.kind != ValueKind::dict || text_.full()) continue;
      text_ += ": ";
      if (!value(at, depth + 1, at)) return false;
    }
    next = reader_.close(head, at);
    return true;
  }
  bool list_items(std::size_t& next) {
    const ValueHead head = reader_.open(0);
    return head.kind == ValueKind::list && items(head, 0, next);
  }

 private:
  void scalar(const ValueHead& head) {
    switch (head.kind) {
      case ValueKind::none:
        text_ += "None";
        break;
      case ValueKind::boolean:
        text_ += head.integer.small != 0 ? "True" : "False";
        break;
      case ValueKind::integer:
        text_ += integer_text(head.integer);
        break;
      case ValueKind::floating:
        text_ += python_repr(head.real);
        break;
      case ValueKind::complex:
        text_ += complex_text(head.real, head.imag);
        break;
      case ValueKind::text:
        text_.add_string(head.text);
        break;
      case ValueKind::bytes:
      case ValueKind::bytearray:
        text_.add_bytes(head.text);
        break;
      case ValueKind::decimal:
        text_ += fmt::format("Decimal('{}')", head.text.substr(0, 1000));
        break;
      case ValueKind::fraction:
        text_ += fmt::format("Fraction({}, {})", integer_text(head.integer), integer_text(head.second));
        break;
      case ValueKind::range:
        text_ += fmt::format("range({}, {}, {})", integer_text(head.integer), integer_text(head.second),
                             integer_text(head.third));
        break;
      default:
        text_ += fmt::format("<{}>", head.text.substr(0, 1000));
    }
  }
  void shape(const ValueHead& head) {
    if (head.dimensions == 1) return;
    std::string sizes;
    for (std::uint32_t i = 0; i < head.dimensions; ++i)
      sizes += fmt::format("{}{}", i == 0 ? "" : ", ", head.dimension(i));
    text_ += fmt::format(".reshape({})", head.dimensions == 0 ? "()" : sizes);
  }

  ValueReader reader_;
  PythonText& text_;
};

}  // namespace

std::string expected_text(const ExpectedResult& expected, std::size_t most) {
  using Kind = sandbox::ResultHeader::Kind;
  if (expected.pieces.empty()) return {};
  PythonText text(most);
  std::size_t next = 0;
  if (expected.kind == Kind::whole)
    return TextWalk(expected.pieces.front(), text).value(0, 0, next) ? text.finish() : "";
  const bool tuple = expected.kind == Kind::tuple;
  text += tuple ? "(" : "[";
  for (const auto& piece : expected.pieces) {
    if (&piece != expected.pieces.data()) text += ", ";
    if (text.full()) break;
    if (!TextWalk(piece, text).list_items(next)) return {};
  }
  return text.finish(!tuple ? "]" : expected.elements == 1 ? ",)" : ")");
}

}  // namespace assay::harness
