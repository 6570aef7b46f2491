#include "harness/python_call.h"

#include <variant>

#include "harness/python_json.h"
#include "harness/python_text.h"

namespace assay::harness {
namespace {

using namespace datasets;

struct Literal {
  PythonText& text;

  void write(const Value& value) {
    if (!text.full()) std::visit(*this, value.data);
  }
  void list(const std::vector<Value>& items) {
    for (const Value& item : items) {
      if (text.full()) return;
      if (&item != items.data()) text += ", ";
      write(item);
    }
  }
  void operator()(const None&) { text += "None"; }
  void operator()(bool value) { text += value ? "True" : "False"; }
  void operator()(const Integer& value) { text += value.digits; }
  void operator()(const Float& value) { text += python_str(Value{value}); }
  void operator()(const Complex& value) { text += python_str(Value{value}); }
  void operator()(const String& value) { text.add_string(value.utf8); }
  void operator()(const List& value) {
    text += "[";
    list(value.items);
    text += "]";
  }
  void operator()(const Tuple& value) {
    text += "(";
    list(value.items);
    text += value.items.size() == 1 ? ",)" : ")";
  }
  void operator()(const Set& value) {
    text += value.items.empty() ? "set(" : "{";
    list(value.items);
    text += value.items.empty() ? ")" : "}";
  }
  void operator()(const Dict& value) {
    text += "{";
    for (const Item& item : value.items) {
      if (text.full()) return;
      if (&item != value.items.data()) text += ", ";
      write(item.key);
      text += ": ";
      write(item.value);
    }
    text += "}";
  }
};

}  // namespace

std::string python_call(const std::string& name, const Value& arguments, std::size_t most) {
  PythonText text(most);
  text += name;
  text += "(";
  if (const auto* items = std::get_if<List>(&arguments.data)) Literal{text}.list(items->items);
  if (const auto* items = std::get_if<Tuple>(&arguments.data)) Literal{text}.list(items->items);
  return text.finish(")");
}

}  // namespace assay::harness
