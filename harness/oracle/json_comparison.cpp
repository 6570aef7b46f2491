#include "harness/oracle/json_comparison.h"

#include <string>
#include <unordered_map>

#include "harness/oracle/call_comparison.h"
#include "harness/oracle/equality.h"
#include "harness/oracle/expected_elements.h"
#include "harness/oracle/number.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

bool is_sequence(ValueKind kind) { return kind == ValueKind::list || kind == ValueKind::tuple; }

bool equal_leaves(const ValueHead& out, const ValueHead& exp) {
  if (exp.kind == ValueKind::floating) {
    const auto value = is_number(out) ? to_double(out) : std::nullopt;
    return value && is_close(*value, exp.real, raised_tolerance);
  }
  if (is_number(exp)) return is_number(out) && equal_numbers(out, exp);
  if (exp.kind == ValueKind::text) return out.kind == ValueKind::text && out.text == exp.text;
  return exp.kind == ValueKind::none && out.kind == ValueKind::none;
}

class Walk {
 public:
  Walk(ValueReader& out, ValueReader& exp) : out_(out), exp_(exp) {}

  /// Moves `at` behind both where they are equal.
  bool equal(Places& at, int depth = 0) {
    const ValueHead out = out_.open(at.out), exp = exp_.open(at.exp);
    if (out.kind == ValueKind::bad || depth > ValueReader::max_depth) return false;
    if (is_sequence(exp.kind)) return is_sequence(out.kind) && equal_lists(out, exp, at, depth);
    if (exp.kind == ValueKind::dict) return out.kind == ValueKind::dict && equal_dicts(out, exp, at, depth);
    if (out.has_children()) return false;
    at = {out.next, exp.next};
    return equal_leaves(out, exp);
  }

 private:
  bool equal_lists(const ValueHead& out, const ValueHead& exp, Places& at, int depth) {
    if (out.count != exp.count) return false;
    Places child{out.body, exp.body};
    for (std::uint64_t i = 0; i < exp.count; ++i)
      if (!equal(child, depth + 1)) return false;
    at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
    return true;
  }
  bool equal_dicts(const ValueHead& out, const ValueHead& exp, Places& at, int depth) {
    Places child{out.body, exp.body};
    std::unordered_map<std::string_view, std::size_t> values;  // where each is, by its key
    for (std::uint64_t done = 0; exp_.more(exp, child.exp, done); ++done) {
      const ValueHead key = exp_.open(child.exp);
      values.emplace(key.text, key.next);
      child.exp = exp_.skip(key.next, depth + 1);
    }
    for (std::uint64_t done = 0; out_.more(out, child.out, done); ++done) {
      const ValueHead key = out_.open(child.out);
      const auto found = values.find(key_of(key));
      if (found == values.end()) return false;
      Places value{key.next, found->second};
      values.erase(found);  // no dict has a key twice: forged bytes
      if (!equal(value, depth + 1)) return false;
      child.out = value.out;
    }
    at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
    return values.empty();
  }
  /// As JSON would have it; "\xff", which is no text's, for what it would not have. Lives until the next call.
  std::string_view key_of(const ValueHead& key) {
    if (key.kind == ValueKind::text) return key.text;
    if (key.kind != ValueKind::integer || !key.integer.digits.empty()) return "\xff";
    digits_ = std::to_string(key.integer.small);
    return digits_;
  }

  ValueReader& out_;
  ValueReader& exp_;
  std::string digits_;
};

}  // namespace

JsonComparison::JsonComparison(std::string_view expected) : expected_(bytes_of(expected)) {}

void JsonComparison::begin(const sandbox::ResultHeader& header) {
  using Kind = sandbox::ResultHeader::Kind;
  const ValueHead exp = expected_.open(0);
  sequence_ = header.kind == Kind::list || header.kind == Kind::tuple;
  right_ = header.kind == Kind::whole || (sequence_ && exp.kind == ValueKind::list && exp.count == header.elements);
  at_ = exp.body;
  left_ = sequence_ ? exp.count : 1;
}

void JsonComparison::piece(sandbox::Bytes bytes) {
  if (!right_) return;
  ValueReader reader(bytes);
  Walk walk(reader, expected_);
  Places at;
  if (!sequence_) {
    right_ = left_ == 1 && walk.equal(at);
    left_ = 0;
    return;
  }
  const ValueHead piece = reader.open(0);
  right_ = piece.kind == ValueKind::list && piece.count <= left_;
  at = {piece.body, at_};
  for (std::uint64_t i = 0; right_ && i < piece.count; ++i, --left_) right_ = walk.equal(at, 1);
  at_ = at.exp;
}

}  // namespace assay::harness
