#include "tests/datasets/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace assay::tests {
namespace {

using namespace assay::datasets;

std::string bits(const Float& number) {
  const double value = std::strtod(number.text.c_str(), nullptr);
  return std::isnan(value) ? "nan" : fmt::format("{:016x}", std::bit_cast<std::uint64_t>(value));
}

std::string joined(char open, const std::vector<Value>& items, char close) {
  std::string text(1, open);
  for (const Value& item : items) text += canonical(item);
  return text + close;
}

struct Writer {
  std::string operator()(const None&) const { return "N"; }
  std::string operator()(bool truth) const { return truth ? "T" : "F"; }
  std::string operator()(const Integer& number) const { return "i" + number.digits + ";"; }
  std::string operator()(const Float& number) const { return "f" + bits(number) + ";"; }
  std::string operator()(const Complex& number) const {
    return "c" + bits(number.real) + "," + bits(number.imag) + ";";
  }
  std::string operator()(const String& string) const { return fmt::format("s{}:", string.utf8.size()) + string.utf8; }
  std::string operator()(const List& list) const { return joined('[', list.items, ']'); }
  std::string operator()(const Tuple& tuple) const { return joined('(', tuple.items, ')'); }
  std::string operator()(const Set& set) const {
    std::vector<std::string> items;
    for (const Value& item : set.items) items.push_back(canonical(item));
    std::sort(items.begin(), items.end());
    std::string text = "<";
    for (const std::string& item : items) text += item;
    return text + ">";
  }
  std::string operator()(const Dict& dict) const {
    std::string text = "{";
    for (const auto& [key, item] : dict.items) text += canonical(key) + canonical(item);
    return text + "}";
  }
};

}  // namespace

std::string canonical(const Value& value) { return std::visit(Writer{}, value.data); }

}  // namespace assay::tests
