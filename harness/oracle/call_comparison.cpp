#include "harness/oracle/call_comparison.h"

#include <algorithm>
#include <cmath>

#include "harness/oracle/equals_itself.h"
#include "harness/oracle/number.h"

namespace assay::harness {
namespace {

using sandbox::Bytes;
using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

bool is_python_float(const ValueHead& head) {
  return head.kind == ValueKind::floating && (!head.numpy || head.dtype == "float64");
}

/// `type(out) == type(exp)`, as far as closeness can follow: of an instance of a subclass only the builtin is known.
bool same_type(const ValueHead& out, const ValueHead& exp) {
  if (out.kind != exp.kind || out.subclass || exp.subclass) return false;
  return out.kind == ValueKind::array || (out.numpy == exp.numpy && out.dtype == exp.dtype);
}

/// The value, an array without dimensions taken for its scalar.
ValueHead open_scalar(ValueReader& reader) {
  ValueHead head = reader.open(0);
  if (head.kind != ValueKind::array || head.dimensions != 0) return head;
  head = reader.open(head.body);
  head.numpy = true;
  return head;
}

/// Whether an encoded value is a list or tuple of so many.
bool has_elements(std::string_view value, std::uint64_t elements) {
  const ValueHead head = ValueReader(bytes_of(value)).open(0);
  return (head.kind == ValueKind::list || head.kind == ValueKind::tuple) && head.count == elements;
}

ValueHead whole_number(double value) {
  ValueHead head;
  head.kind = ValueKind::floating;
  head.real = value;
  return head;
}

}  // namespace

bool is_floats(Bytes value) {
  ValueReader reader(value);
  const ValueHead head = reader.open(0);
  if (head.kind == ValueKind::array) return head.dtype == "float64" || head.dtype == "float32";
  if (head.kind != ValueKind::list && head.kind != ValueKind::tuple) return is_python_float(head);
  std::size_t at = head.body;
  for (std::uint64_t i = 0; i < head.count; ++i) {
    const ValueHead element = reader.open(at);
    if (!is_python_float(element)) return false;
    at = element.next;
  }
  return head.count > 0;
}

CallComparison::CallComparison(const TaskRules& rules, std::size_t call, const sandbox::ResultHeader& header,
                               const ExpectedResult& expected)
    : rules_(rules),
      call_(call),
      sample_kind_(header.kind),
      sample_elements_(header.elements),
      expected_(expected),
      given_(expected.pieces.empty()),
      sequence_(header.kind != Kind::whole || expected.kind != Kind::whole),
      elements_(expected) {
  if (header.kind == Kind::raised || expected.kind == Kind::raised) {
    decide(Equality::raises);
  } else if (rules.rule == Rule::any_answer || rules.rule == Rule::not_none || rules.rule == Rule::polynomial_root) {
    if (header.kind != Kind::whole) judge_long_sequence();
  } else {
    learn_floats();
    const bool both_in_pieces = header.kind != Kind::whole && expected.kind != Kind::whole;
    const bool alike = sample_kind_ == expected.kind && sample_elements_ == expected.elements;
    if (is_set_task() && !given_) sets_.emplace(expected);
    if (is_set_task() && given_) answer_ = Equality::unequal;  // no index of what is not kept
    const bool sample_alone_in_pieces = header.kind != Kind::whole && expected.kind == Kind::whole;
    const bool other_length = (both_in_pieces && !alike) ||
                              (sample_alone_in_pieces && !given_ && !has_elements(expected.pieces[0], header.elements));
    if (!is_set_task() && other_length) decide(Equality::unequal);
  }
}

void CallComparison::judge_long_sequence() {
  if (rules_.rule == Rule::any_answer) return decide(Equality::equal);
  if (rules_.rule == Rule::polynomial_root) return decide(Equality::raises);
  decide(expects_none() ? Equality::unequal : Equality::equal);
}

void CallComparison::decide(Equality answer) {
  answer_ = answer;
  closeness_.reset();
  decided_ = true;
}

bool CallComparison::expects_none() const {
  return expected_.kind == Kind::whole && expected_.pieces.size() == 1 && expected_.pieces[0] == "N";
}

void CallComparison::learn_floats() {
  if (given_ || rules_.atol != 0) return;
  floats_ = std::all_of(expected_.pieces.begin(), expected_.pieces.end(),
                        [](const std::string& piece) { return is_floats(bytes_of(piece)); });
}

void CallComparison::piece(Bytes sample, Bytes expected) {
  ++pieces_;
  if (sample_kind_ == Kind::whole && pieces_ > 1) return decide(Equality::raises);
  if (rules_.rule == Rule::any_answer || rules_.rule == Rule::not_none || rules_.rule == Rule::polynomial_root)
    return judge_alone(sample);
  if (given_) {
    if (rules_.atol == 0) floats_ = is_floats(expected) && (pieces_ == 1 || floats_);
    if (same_elements(sample, expected)) return;
    if (sequence_) elements_.give(expected);
  } else if (!sequence_) {
    expected = bytes_of(expected_.pieces[0]);
  }
  if (sets_) sets_->piece(sample);
  if (sets_ && sets_->answer() == Equality::raises) return decide(Equality::raises);
  sequence_ ? compare_sequence(sample) : compare_whole(sample, expected);
}

void CallComparison::judge_alone(Bytes sample) {
  ValueReader reader(sample);
  if (reader.skip(0) != reader.size()) return decide(Equality::raises);
  const ValueHead value = open_scalar(reader);
  const auto answer = [](bool right) { return right ? Equality::equal : Equality::unequal; };
  const bool expected = !expects_none();
  switch (rules_.rule) {
    case Rule::not_none:
      if (value.kind == ValueKind::boolean && !value.numpy)
        return decide(answer((value.integer.small != 0) == expected));
      return decide(answer((value.kind != ValueKind::none || value.numpy) == expected));
    case Rule::polynomial_root:
      return decide(root_answer(value));
    default:  // `exact_match or True`, where exact_match must have a truth value
      return decide(value.kind == ValueKind::array && value.count > 1 ? Equality::raises : Equality::equal);
  }
}

Equality CallComparison::root_answer(const ValueHead& value) const {
  const auto x = to_double(value);
  if (!x || call_ >= rules_.inputs->size()) return Equality::raises;
  const auto sum = poly((*rules_.inputs)[call_], *x);
  return sum && std::abs(*sum) <= rules_.atol ? Equality::equal : Equality::raises;
}

Equality CallComparison::special_answer(Bytes sample) const {
  ValueReader reader(sample);
  if (reader.skip(0) != reader.size()) return Equality::raises;
  const ValueHead value = open_scalar(reader);
  const bool number = is_number(value);
  const auto answer = [](bool right) { return right ? Equality::equal : Equality::unequal; };
  if (rules_.rule == Rule::zero_passes) return answer(number && equal_numbers(value, whole_number(0)));
  if (call_ >= rules_.inputs->size()) return Equality::raises;
  const datasets::Value& arguments = (*rules_.inputs)[call_];
  if (rules_.rule == Rule::digit_distance) {
    const auto distance = digit_distance_nums(arguments);
    if (!distance) return Equality::raises;
    return answer(number && equal_numbers(value, whole_number(static_cast<double>(*distance))));
  }
  const auto area = surface_area(arguments);
  if (!area || !number) return Equality::raises;
  if (equal_numbers(value, whole_number(*area))) return Equality::equal;
  const bool integer = value.kind == ValueKind::integer || value.kind == ValueKind::boolean;
  if (integer && rules_.atol < 1) return Equality::unequal;  // their difference is exact, and one at least
  const auto x = to_double(value);
  return answer(x && std::abs(*x - *area) <= rules_.atol);
}

void CallComparison::compare_whole(Bytes sample, Bytes expected) {
  if (!is_set_task()) {
    ValueReader out(sample), exp(expected);
    Places at;
    answer_ = Comparison(out, exp).compare(at);
    if (answer_ == Equality::equal && (at.out != out.size() || at.exp != exp.size())) answer_ = Equality::raises;
    if (answer_ == Equality::unequal && rules_.rule != Rule::equality) answer_ = special_answer(sample);
  } else if (sets_) {
    answer_ = sets_->answer();
  }
  if (answer_ == Equality::unequal && tolerance() != 0) compare_closely(sample, expected);
  decided_ = true;
}

void CallComparison::compare_closely(Bytes sample, Bytes expected) {
  ValueReader out(sample), exp(expected);
  if (!same_type(out.open(0), exp.open(0))) return;
  Places at;
  close_ = Closeness(tolerance()).compare(out, exp, at) && at.out == out.size();
}

bool CallComparison::same_elements(Bytes sample, Bytes expected) {
  const bool alike = sample_kind_ != Kind::whole && sample_kind_ == expected_.kind;
  if (sample.data() != expected.data() || sample.size() != expected.size() || !alike || is_set_task()) return false;
  if (answer_ != Equality::equal || tolerance() != 0 || !equals_itself(sample)) return false;
  const ValueHead head = ValueReader(sample).open(0);
  if (head.kind != ValueKind::list) return false;
  compared_ += head.count;
  return true;
}

bool CallComparison::compare_element(ValueReader& out, std::size_t& at) {
  ValueReader& exp = elements_.reader();
  const Places start{at, elements_.at()};
  Places next = start;
  bool moved = false;
  if (!is_set_task() && answer_ == Equality::equal) {
    std::int32_t a = 0, b = 0;
    if (!closeness_ && out.small_integer(start.out, a, next.out) && exp.small_integer(start.exp, b, next.exp)) {
      if (a != b) answer_ = Equality::unequal;
    } else {
      next = start;
      answer_ = Comparison(out, exp).compare(next);
    }
    moved = answer_ == Equality::equal;
  }
  if (closeness_ && answer_ != Equality::raises) {
    Places close = start;
    if (closeness_->compare(out, exp, close, 1)) {
      next = close;
      moved = true;
    } else {
      closeness_.reset();
    }
  }
  if (!moved) return false;
  at = next.out;
  elements_.advance(next.exp);
  ++compared_;
  return true;
}

void CallComparison::compare_sequence(Bytes sample) {
  ValueReader out(sample);
  const ValueHead head = out.open(0);
  const bool in_pieces = sample_kind_ != Kind::whole;
  if (head.kind == ValueKind::bad || (in_pieces && (head.kind != ValueKind::list || head.subclass)))
    return decide(Equality::raises);
  const auto kind_of = [](Kind kind) { return kind == Kind::list ? ValueKind::list : ValueKind::tuple; };
  const bool have = elements_.have();
  const ValueKind kind = in_pieces ? kind_of(sample_kind_) : head.kind;
  const ValueKind expected_kind = expected_.kind == Kind::whole ? elements_.kind() : kind_of(expected_.kind);
  const bool alike = in_pieces && sample_kind_ == expected_.kind && sample_elements_ == expected_.elements;
  if (pieces_ == 1 && alike && tolerance() != 0) closeness_.emplace(tolerance());
  if (!is_set_task() && (kind != expected_kind || !have)) return decide(Equality::unequal);
  if (is_set_task() && !closeness_) {
    if (!in_pieces) decide(sets_ ? sets_->answer() : Equality::unequal);
    return;
  }
  std::size_t at = head.body;
  for (std::uint64_t i = 0; i < head.count; ++i) {
    if (!elements_.have()) closeness_.reset(), answer_ = std::max(answer_, Equality::unequal);
    if (elements_.have() && compare_element(out, at)) continue;
    if (!is_set_task()) decide(answer_ == Equality::equal ? Equality::unequal : answer_);
    closeness_.reset();
    return;
  }
  if (out.close(head, at) != out.size()) decide(Equality::raises);
}

bool CallComparison::end() {
  if (sequence_ && !decided_) {
    // A sequence is as long as the expected one where every element had its counterpart and none is left.
    const bool counted = compared_ == (expected_.kind == Kind::whole ? compared_ : expected_.elements);
    const bool complete = counted && !elements_.have();
    if (is_set_task())
      answer_ = sets_ ? sets_->answer() : Equality::unequal;
    else if (!complete)
      answer_ = std::max(answer_, Equality::unequal);
    close_ = complete && closeness_ && tolerance() != 0;
  } else if (pieces_ == 0 && !decided_) {
    answer_ = Equality::raises;
  }
  decided_ = true;
  return right();
}

bool CallComparison::raises_tolerance() const { return rules_.atol == 0 && floats_ && answer_ != Equality::raises; }

}  // namespace assay::harness
