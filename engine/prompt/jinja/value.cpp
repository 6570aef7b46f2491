#include "engine/prompt/jinja/value.h"

namespace assay::engine::jinja {

std::string in_quotes(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, 60)) shown += c >= ' ' && c <= '~' ? c : '?';
  return shown + "\"";
}

std::string_view stripped(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(spaces);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

bool is_word(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::size_t cost_of(const Value& value) {
  constexpr std::size_t bytes_a_value = 64;
  std::size_t cost = 1 + value.text.size() / bytes_a_value;
  for (const Value& item : value.items) cost += cost_of(item);
  return cost;
}

Result<bool> equal(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  const auto counts = [](const Value& value) { return value.is(Kind::number) || value.is(Kind::boolean); };
  for (const Value* one : {&a, &b})
    if (one->of_content || one->is(Kind::list) || one->is(Kind::message) || one->is(Kind::loop))
      return not_understood("a comparison with more than a short text");
  if (counts(a) && counts(b)) return a.number == b.number;
  return a.kind == b.kind && a.text == b.text;
}

Result<Value> written(const Value& value) {
  using Kind = Value::Kind;
  if (value.is(Kind::text)) return value;
  if (value.is(Kind::number)) return Value::of(std::to_string(value.number));
  if (value.is(Kind::undefined)) return Value::of("");
  return not_understood("something written that is no text");
}

}  // namespace assay::engine::jinja
