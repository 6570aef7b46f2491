#include "harness/oracle/equality.h"

#include <array>

#include "harness/oracle/number.h"
#include "harness/oracle/value_index.h"
#include "harness/oracle/value_range.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

bool is_bytes(ValueKind kind) { return kind == ValueKind::bytes || kind == ValueKind::bytearray; }
bool is_set(ValueKind kind) { return kind == ValueKind::set || kind == ValueKind::frozenset; }

/// The one scalar inside `depth` lists or tuples of one element each, and the place behind the outermost.
struct Nest {
  ValueHead leaf;
  std::size_t behind = 0;
};
Nest open_nest(ValueReader& reader, std::size_t at, std::uint32_t depth) {
  std::array<ValueHead, 32> heads;
  for (std::uint32_t i = 0; i < depth; ++i) {
    heads[i] = reader.open(at);
    if ((heads[i].kind != ValueKind::list && heads[i].kind != ValueKind::tuple) || heads[i].count != 1) return {};
    at = heads[i].body;
  }
  Nest nest{reader.open(at)};
  if (nest.leaf.has_children()) return {};
  nest.behind = nest.leaf.next;
  for (std::uint32_t i = depth; i > 0; --i) nest.behind = reader.close(heads[i - 1], nest.behind);
  return nest;
}

/// An array of one element and its scalar.
Nest open_array(ValueReader& reader, const ValueHead& array) {
  Nest nest{reader.open(array.body)};
  if (nest.leaf.has_children()) return {};
  nest.leaf.numpy = true;
  nest.behind = nest.leaf.next;
  return nest;
}

}  // namespace

Equality Comparison::compare(Places& at, int depth) {
  const ValueHead out = out_.open(at.out), exp = exp_.open(at.exp);
  if (out.kind == ValueKind::bad || exp.kind == ValueKind::bad || depth > ValueReader::max_depth)
    return Equality::raises;
  if (out.kind == ValueKind::array || exp.kind == ValueKind::array) return compare_arrays(out, exp, at);
  if (!out.has_children() && !exp.has_children()) {
    at = {out.next, exp.next};
    return compare_leaves(out, exp);
  }
  if (is_set(out.kind) && is_set(exp.kind)) return compare_sets(out, exp, at, depth);
  if (out.kind != exp.kind) return Equality::unequal;
  return out.kind == ValueKind::dict ? compare_dicts(out, exp, at, depth) : compare_children(out, exp, at, depth);
}

Equality Comparison::compare_leaves(const ValueHead& out, const ValueHead& exp) const {
  const auto answer = [](bool equal) { return equal ? Equality::equal : Equality::unequal; };
  if (out.kind == ValueKind::bad || exp.kind == ValueKind::bad) return Equality::raises;
  if (is_number(out)) return answer(is_number(exp) && equal_numbers(out, exp));
  // A Python str has one WTF-8 form, so equal bytes are equal text.
  if (out.kind == ValueKind::text) return answer(exp.kind == ValueKind::text && out.text == exp.text);
  if (is_bytes(out.kind)) return answer(is_bytes(exp.kind) && out.text == exp.text);
  if (out.kind == ValueKind::range) return answer(exp.kind == ValueKind::range && equal_ranges(out, exp));
  if (out.kind == ValueKind::moment) return answer(exp.kind == ValueKind::moment && out.text == exp.text);
  return answer(out.kind == ValueKind::none && exp.kind == ValueKind::none);  // an opaque value equals nothing
}

Equality Comparison::compare_children(const ValueHead& out, const ValueHead& exp, Places& at, int depth) {
  if (out.count != exp.count) return Equality::unequal;
  Places child{out.body, exp.body};
  for (std::uint64_t i = 0; i < exp.count; ++i) {
    std::int32_t a = 0, b = 0;
    std::size_t behind_a = 0, behind_b = 0;
    if (out_.small_integer(child.out, a, behind_a) && exp_.small_integer(child.exp, b, behind_b)) {
      if (a != b) return Equality::unequal;
      child = {behind_a, behind_b};
      continue;
    }
    const Equality answer = compare(child, depth + 1);
    if (answer != Equality::equal) return answer;
  }
  at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
  return Equality::equal;
}

Equality Comparison::compare_sets(const ValueHead& out, const ValueHead& exp, Places& at, int depth) {
  if (out.count != exp.count) return Equality::unequal;
  ValueIndex index;
  Places child{out.body, exp.body};
  for (std::uint64_t i = 0; i < exp.count; ++i)
    if (!index.add(exp_, child.exp)) return Equality::raises;
  for (std::uint64_t i = 0; i < out.count; ++i) {
    const auto found = index.find(out_, child.out, depth + 1);
    if (found.answer != Equality::equal) return found.answer;
    if (!found.first) return Equality::unequal;  // no set holds a value twice: forged bytes
  }
  at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
  return Equality::equal;
}

Equality Comparison::compare_dicts(const ValueHead& out, const ValueHead& exp, Places& at, int depth) {
  Places child{out.body, exp.body};
  if (out.ordered && exp.ordered) {
    std::uint64_t done = 0;
    for (; out_.more(out, child.out, done) && exp_.more(exp, child.exp, done); ++done) {
      for (int i = 0; i < 2; ++i) {  // key, value
        const Equality answer = compare(child, depth + 1);
        if (answer != Equality::equal) return answer;
      }
    }
    if (out_.more(out, child.out, done) || exp_.more(exp, child.exp, done)) return Equality::unequal;
    at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
    return Equality::equal;
  }
  ValueIndex index;
  for (std::uint64_t done = 0; exp_.more(exp, child.exp, done); ++done) {
    if (!index.add(exp_, child.exp)) return Equality::raises;
    child.exp = exp_.skip(child.exp, depth + 1);
    if (child.exp == ValueReader::nowhere) return Equality::raises;
  }
  std::uint64_t done = 0;
  for (; out_.more(out, child.out, done); ++done) {
    const auto key = index.find(out_, child.out, depth + 1);
    if (key.answer != Equality::equal) return key.answer;
    if (!key.first) return Equality::unequal;
    Places value{child.out, key.behind};
    const Equality answer = compare(value, depth + 1);
    if (answer != Equality::equal) return answer;
    child.out = value.out;
  }
  if (done != index.size()) return Equality::unequal;
  at = {out_.close(out, child.out), exp_.close(exp, child.exp)};
  return Equality::equal;
}

/// `out == exp` is an array where either is one, and an array has a truth value where it has one element (empty:
/// false). EvalPlus lets NumPy broadcast; here the shapes must be equal.
Equality Comparison::compare_arrays(const ValueHead& out, const ValueHead& exp, Places& at) {
  const bool both = out.kind == exp.kind;
  const ValueHead& array = out.kind == ValueKind::array ? out : exp;
  if (array.count != 1 || (both && exp.count != 1)) return array.count == 0 ? Equality::unequal : Equality::raises;
  if (both && out.dimensions != exp.dimensions) return Equality::unequal;
  const Nest a = out.kind == ValueKind::array ? open_array(out_, out) : open_nest(out_, at.out, exp.dimensions);
  const Nest b = exp.kind == ValueKind::array ? open_array(exp_, exp) : open_nest(exp_, at.exp, out.dimensions);
  const bool fits = a.leaf.kind != ValueKind::bad && b.leaf.kind != ValueKind::bad;
  if (!fits) return Equality::unequal;
  at = {a.behind, b.behind};
  return compare_leaves(a.leaf, b.leaf);
}

}  // namespace assay::harness
