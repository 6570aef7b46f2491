#include "harness/python_literal.h"

#include <fmt/format.h>

#include <variant>

#include "harness/python_json.h"

namespace assay::harness {
namespace {

using namespace datasets;

class Literal {
 public:
  explicit Literal(std::size_t most) : most_(most) {}

  void write(const Value& value) {
    if (!full()) std::visit(*this, value.data);
  }
  void list(const std::vector<Value>& items) {
    for (const Value& item : items) {
      if (full()) return;
      if (&item != items.data()) text_ += ", ";
      write(item);
    }
  }
  /// No character is cut in two.
  std::string finish(std::string_view end) {
    if (text_.size() + end.size() <= most_) return text_ += end;
    std::size_t size = std::min(most_, text_.size());
    while (size > 0 && size < text_.size() && (static_cast<unsigned char>(text_[size]) & 0xc0U) == 0x80) --size;
    text_.resize(size);
    return text_ + "…";
  }
  Literal& add(std::string_view text) {
    text_ += text;
    return *this;
  }

  void operator()(const None&) { text_ += "None"; }
  void operator()(bool value) { text_ += value ? "True" : "False"; }
  void operator()(const Integer& value) { text_.append(value.digits, 0, most_ + 1); }
  void operator()(const Float& value) { text_ += python_str(Value{value}); }
  void operator()(const Complex& value) { text_ += python_str(Value{value}); }
  void operator()(const String& value) {
    const char quote =
        value.utf8.find('\'') != std::string::npos && value.utf8.find('"') == std::string::npos ? '"' : '\'';
    text_ += quote;
    for (const char c : value.utf8) {
      if (full()) return;
      if (c == quote || c == '\\')
        text_ += {'\\', c};
      else if (c == '\n' || c == '\t' || c == '\r')
        text_ += {'\\', c == '\n' ? 'n' : c == '\t' ? 't' : 'r'};
      else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        text_ += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
      else
        text_ += c;
    }
    text_ += quote;
  }
  void operator()(const List& value) {
    text_ += '[';
    list(value.items);
    text_ += ']';
  }
  void operator()(const Tuple& value) {
    text_ += '(';
    list(value.items);
    text_ += value.items.size() == 1 ? ",)" : ")";
  }
  void operator()(const Set& value) {
    if (value.items.empty()) {
      text_ += "set()";
      return;
    }
    text_ += '{';
    list(value.items);
    text_ += '}';
  }
  void operator()(const Dict& value) {
    text_ += '{';
    for (const Item& item : value.items) {
      if (full()) return;
      if (&item != value.items.data()) text_ += ", ";
      write(item.key);
      text_ += ": ";
      write(item.value);
    }
    text_ += '}';
  }

 private:
  [[nodiscard]] bool full() const { return text_.size() > most_; }

  std::size_t most_;
  std::string text_;
};

}  // namespace

std::string python_literal(const Value& value, std::size_t most) {
  Literal literal(most);
  literal.write(value);
  return literal.finish("");
}

std::string python_call(const std::string& name, const Value& arguments, std::size_t most) {
  Literal literal(most);
  literal.add(name).add("(");
  if (const auto* items = std::get_if<List>(&arguments.data)) literal.list(items->items);
  if (const auto* items = std::get_if<Tuple>(&arguments.data)) literal.list(items->items);
  return literal.finish(")");
}

}  // namespace assay::harness
