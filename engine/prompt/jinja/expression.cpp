#include "engine/prompt/jinja/expression.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace assay::engine::jinja {
namespace {

/// Reads an expression and computes it at the same time. What a short cut of and, or, if leaves out is read, and not
/// computed.
class Expression {
 public:
  Expression(std::string_view text, const Variables& variables, std::string_view content, std::size_t& spent)
      : text_(text), variables_(variables), content_(content), spent_(spent) {}

  Result<Value> value(Conditions conditions) {
    auto read = conditions == Conditions::allowed ? conditional() : either();
    if (read && !rest().empty()) return not_understood(in_quotes(rest()));
    if (fault_) return tl::unexpected(*fault_);
    return read;
  }

 private:
  using Kind = Value::Kind;
  using Reader = Result<Value> (Expression::*)();

  [[nodiscard]] std::string_view rest() {
    at_ = std::min(text_.find_first_not_of(spaces, at_), text_.size());
    return text_.substr(at_);
  }
  bool take(std::string_view sign) {
    if (!rest().starts_with(sign)) return false;
    if (is_word(sign.front()) && rest().size() > sign.size() && is_word(rest()[sign.size()])) return false;
    at_ += sign.size();
    return true;
  }
  std::string_view word() {
    const std::string_view left = rest();
    std::size_t size = 0;
    while (size < left.size() && is_word(left[size])) ++size;
    at_ += size;
    return left.substr(0, size);
  }
  /// Reads with what `reader` reads, computed only where `live`.
  Result<Value> read(Reader reader, bool live) {
    const bool before = std::exchange(live_, live_ && live);
    auto value = (this->*reader)();
    live_ = before;
    return value;
  }
  /// What cannot be computed is no fault in a part that is not: reading goes on, and the first one counts.
  Result<Value> settled(Result<Value> value) {
    if (value) return value;
    if (live_ && !fault_) fault_ = value.error();
    return Value();
  }
  /// Lists of lists double with each statement: what is copied is counted over the whole template.
  bool spend(std::size_t cost) {
    spent_ += std::min(cost, most_values);
    return spent_ <= most_values;
  }
  Result<Value> unknown(std::string what) { return settled(not_understood(std::move(what))); }

  /// A, or A if CONDITION else B: A's faults count where it is chosen.
  Result<Value> conditional() {
    if (++depth_ > most_depth) return not_understood("an expression of great depth");
    const auto before = std::exchange(fault_, std::nullopt);
    auto value = either();
    const auto fault = std::exchange(fault_, before);
    bool chosen = true;
    if (value && take("if")) {
      const auto condition = either();
      if (!condition) return condition;
      chosen = condition->truth();
      auto other = take("else") ? read(&Expression::conditional, !chosen) : Value();
      if (!other || !chosen) value = std::move(other);
    }
    if (chosen && !fault_) fault_ = fault;
    --depth_;
    return value;
  }
  Result<Value> either() {
    auto left = both();
    while (left && take("or")) {
      auto right = read(&Expression::both, !left->truth());
      if (!right || !left->truth()) left = std::move(right);
    }
    return left;
  }
  Result<Value> both() {
    auto left = negated();
    while (left && take("and")) {
      auto right = read(&Expression::negated, left->truth());
      if (!right || left->truth()) left = std::move(right);
    }
    return left;
  }
  Result<Value> negated() {
    bool negative = false, any = false;
    while (take("not")) negative = !negative, any = true;
    auto value = compared();
    return value && any ? Value::of(value->truth() != negative) : value;
  }
  Result<Value> compared() {
    auto left = sum();
    while (left) {
      static constexpr std::string_view signs[] = {"==", "!=", "<=", ">=", "<", ">", "in"};
      const std::size_t before = at_;
      const bool negative = take("not");
      const auto* sign = std::ranges::find_if(signs, [&](std::string_view one) { return take(one); });
      if (sign == std::end(signs) || (negative && *sign != "in")) {
        at_ = before;
        return left;
      }
      const auto right = sum();
      if (!right) return right;
      left = settled(live_ ? compare(*sign, *left, *right) : Value());
      if (left && negative) left = Value::of(!left->truth());
    }
    return left;
  }
  Result<Value> compare(std::string_view sign, const Value& a, const Value& b) {
    if (sign == "in") return contained(a, b);
    if (sign == "==" || sign == "!=") {
      const auto same = equal(a, b);
      if (!same) return tl::unexpected(same.error());
      return Value::of(*same == (sign == "=="));
    }
    if (!a.is(Kind::number) || !b.is(Kind::number)) return not_understood("an order of more than numbers");
    if (sign.ends_with('=') && a.number == b.number) return Value::of(true);
    return Value::of(sign.front() == '<' ? a.number < b.number : a.number > b.number);
  }
  Result<Value> contained(const Value& a, const Value& b) {
    if (a.is(Kind::text) && !a.of_content && b.is(Kind::message))
      return Value::of(a.text == "role" || a.text == "content");
    if (a.is(Kind::text) && b.is(Kind::text) && !a.of_content && !b.of_content)
      return Value::of(b.text.find(a.text) != std::string::npos);
    if (!b.is(Kind::list)) return not_understood("a search in more than a short text");
    for (const Value& item : b.items) {
      const auto same = equal(a, item);
      if (!same) return tl::unexpected(same.error());
      if (*same) return Value::of(true);
    }
    return Value::of(false);
  }

  Result<Value> sum() {
    auto left = joined();
    while (left) {
      const bool plus = take("+");
      if (!plus && !take("-")) return left;
      const auto right = joined();
      if (!right) return right;
      if (left->is(Kind::number) && right->is(Kind::number))
        left = settled(added(left->number, plus ? right->number : -right->number));
      else if (plus && left->is(Kind::text) && right->is(Kind::text))
        left = settled(concatenated(*left, *right));
      else
        left = unknown("a sum of more than texts or numbers");
    }
    return left;
  }
  static Result<Value> added(std::int64_t a, std::int64_t b) {
    constexpr std::int64_t most = 1'000'000'000;
    if (a < -most || a > most || b < -most || b > most) return not_understood("a large number");
    return Value::of(a + b);
  }
  static Result<Value> concatenated(const Value& a, const Value& b) {
    if (a.text.size() + b.text.size() > most_text_bytes) return not_understood("a long text");
    Value both = Value::of(a.text + b.text);
    both.of_content = a.of_content || b.of_content;
    return both;
  }
  Result<Value> joined() {
    auto left = negative();
    while (left && take("~")) {
      const auto right = negative();
      if (!right) return right;
      const auto a = settled(written(*left)), b = settled(written(*right));
      left = settled(concatenated(*a, *b));
    }
    return left;
  }
  Result<Value> negative() {
    const bool minus = take("-");
    auto value = with_members();
    if (!value || !minus) return value;
    return value->is(Kind::number) ? Value::of(-value->number) : unknown("a negative of no number");
  }

  Result<Value> with_members() {
    auto value = primary();
    while (value) {
      if (take(".")) {
        value = settled(member(*value, Value::of(std::string(word()))));
      } else if (take("[")) {
        value = indexed(*value);
      } else if (take("(")) {
        const auto arguments = skipped_to(")");
        value = arguments ? unknown("a call") : arguments;
      } else if (take("|")) {
        value = filtered(*value);
      } else if (take("is")) {
        value = tested(*value);
      } else {
        return value;
      }
    }
    return value;
  }
  /// Arguments up to `close`, not computed; the last of them.
  Result<Value> skipped_to(std::string_view close) {
    if (take(close)) return Value();
    do {
      auto argument = read(&Expression::conditional, false);
      if (argument && take("=")) argument = read(&Expression::conditional, false);
      if (!argument) return argument;
    } while (take(","));
    return take(close) ? Result<Value>(Value()) : not_understood(in_quotes(rest()));
  }
  Result<Value> indexed(const Value& of) {
    if (take(":")) return slice(of, Value::of(std::int64_t{0}));
    auto index = conditional();
    if (!index) return index;
    if (take(":")) return slice(of, *index);
    if (!take("]")) return not_understood(in_quotes(rest()));
    return settled(member(of, *index));
  }
  Result<Value> slice(const Value& of, const Value& begin) {
    Value end;
    if (!take("]")) {
      auto read = conditional();
      if (!read || !take("]")) return not_understood("a slice");
      end = std::move(*read);
    }
    const bool numbers = begin.is(Kind::number) && (end.is(Kind::number) || end.is(Kind::undefined));
    if (!of.is(Kind::list) || !numbers) return unknown("a slice of more than messages");
    const auto size = static_cast<std::int64_t>(of.items.size());
    const auto place = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
    const std::int64_t from = place(begin.number), to = end.is(Kind::number) ? place(end.number) : size;
    Value part{Kind::list, 0, {}, false, {}};
    for (std::int64_t i = from; i < to; ++i) part.items.push_back(of.items[static_cast<std::size_t>(i)]);
    return part;
  }
  Result<Value> member(const Value& of, const Value& key) {
    if (of.is(Kind::list) && key.is(Kind::number)) {
      const auto size = static_cast<std::int64_t>(of.items.size());
      const std::int64_t at = key.number < 0 ? key.number + size : key.number;
      return at >= 0 && at < size ? of.items[static_cast<std::size_t>(at)] : Value();
    }
    if (of.is(Kind::message) && key.is(Kind::text)) {
      if (key.text == "role") return Value::of("user");
      if (key.text != "content") return Value();
      Value content = Value::of(std::string(content_));
      content.of_content = true;
      return content;
    }
    if (of.is(Kind::loop) && key.is(Kind::text)) {
      if (key.text == "first" || key.text == "last") return Value::of(true);
      if (key.text == "index" || key.text == "length") return Value::of(std::int64_t{1});
      if (key.text == "index0") return Value::of(std::int64_t{0});
    }
    return not_understood("the member " + in_quotes(key.text));
  }
  Result<Value> filtered(const Value& value) {
    const std::string name(word());
    if (take("("))
      if (const auto arguments = skipped_to(")"); !arguments) return arguments;
    if (live_ && (name == "length" || name == "count") && value.is(Kind::list))
      return Value::of(static_cast<std::int64_t>(value.items.size()));
    return unknown("the filter " + in_quotes(name));
  }
  Result<Value> tested(const Value& value) {
    const bool negative = take("not");
    const std::string name(word());
    if (take("("))
      if (const auto arguments = skipped_to(")"); !arguments) return arguments;
    std::optional<bool> found;
    if (name == "defined") found = !value.is(Kind::undefined);
    if (name == "undefined") found = value.is(Kind::undefined);
    if (name == "none" || name == "None") found = value.is(Kind::none);
    if (name == "string") found = value.is(Kind::text);
    if (name == "mapping") found = value.is(Kind::message);
    if (name == "true" || name == "false") found = value.is(Kind::boolean) && value.truth() == (name == "true");
    return found ? Value::of(*found != negative) : unknown("the test " + in_quotes(name));
  }

  Result<Value> primary() {
    const std::string_view left = rest();
    if (left.starts_with('\'') || left.starts_with('"')) return literal();
    if (take("(")) {
      auto value = conditional();
      return value && !take(")") ? not_understood(in_quotes(rest())) : value;
    }
    if (take("[")) return list();
    const std::string_view name = word();
    if (name.empty()) return not_understood(in_quotes(left));
    return name.front() >= '0' && name.front() <= '9' ? whole_number(name) : named(name);
  }
  Result<Value> list() {
    Value read{Kind::list, 0, {}, false, {}};
    while (!take("]")) {
      auto item = conditional();
      if (!item) return item;
      if (!spend(1)) return not_understood("lists of many values");
      read.items.push_back(std::move(*item));
      if (take(",")) continue;
      if (!rest().starts_with("]")) return not_understood(in_quotes(rest()));
    }
    return read;
  }
  static Result<Value> whole_number(std::string_view digits) {
    constexpr std::size_t most_digits = 9;
    std::int64_t number = 0;
    if (digits.size() > most_digits) return not_understood("a large number");
    for (const char digit : digits) {
      if (digit < '0' || digit > '9') return not_understood(in_quotes(digits));
      number = 10 * number + (digit - '0');
    }
    return Value::of(number);
  }
  Result<Value> named(std::string_view name) {
    if (name == "true" || name == "True") return Value::of(true);
    if (name == "false" || name == "False") return Value::of(false);
    if (name == "none" || name == "None") return Value{Kind::none, 0, {}, false, {}};
    if (const auto found = variables_.find(name); found != variables_.end()) {
      if (!live_) return Value();
      return spend(cost_of(found->second)) ? found->second : unknown("lists of many values, or many long texts");
    }
    if (name.ends_with("_token")) return unknown("the tokenizer's " + in_quotes(name));
    return Value();
  }
  Result<Value> literal() {
    static constexpr std::pair<char, char> escapes[] = {{'n', '\n'},  {'t', '\t'},  {'r', '\r'},
                                                        {'\\', '\\'}, {'\'', '\''}, {'"', '"'}};
    const char quote = text_[at_++];
    std::string read;
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] != '\\') {
        read += text_[at_];
        continue;
      }
      const char sign = ++at_ < text_.size() ? text_[at_] : quote;
      const auto* known = std::ranges::find(escapes, sign, &std::pair<char, char>::first);
      if (known == std::end(escapes)) return not_understood(in_quotes(std::string{'\\', sign}));
      read += known->second;
    }
    if (at_ == text_.size()) return not_understood("a text that does not end");
    ++at_;
    if (read.size() > most_text_bytes) return not_understood("a long text");
    return Value::of(std::move(read));
  }

  std::string_view text_;
  const Variables& variables_;
  std::string_view content_;
  std::size_t& spent_;
  std::size_t at_ = 0, depth_ = 0;
  std::optional<Error> fault_;
  bool live_ = true;
};

}  // namespace

Result<Value> evaluate(std::string_view text, const Variables& variables, std::string_view content, std::size_t& spent,
                       Conditions conditions) {
  return Expression(text, variables, content, spent).value(conditions);
}

}  // namespace assay::engine::jinja
