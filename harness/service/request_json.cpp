#include "harness/service/request_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "datasets/json_reader.h"
#include "harness/escape_utf8.h"
#include "harness/python_json.h"

namespace assay::harness {
namespace {

using datasets::Value;

/// A request of 32 MiB could hold as many values, each of which takes some 60 bytes when read.
constexpr std::size_t most_values = 1 << 20;
constexpr std::size_t most_flaws = 20;
constexpr std::size_t most_name_bytes = 64;  ///< of an unknown field that is told by its name

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin, last - begin + 1);
}

std::optional<double> as_number(const Value& value) {
  const auto parse = [](const std::string& text) -> std::optional<double> {
    // strtod takes more: hexadecimal ones, words.
    if (text.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const bool whole = !text.empty() && end == text.c_str() + text.size() && std::isfinite(number);
    return whole ? std::optional(number) : std::nullopt;
  };
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? 1.0 : 0.0;
  if (const auto* integer = std::get_if<datasets::Integer>(&value.data)) return parse(integer->digits);
  if (const auto* number = std::get_if<datasets::Float>(&value.data)) return parse(number->text);
  if (const auto* text = std::get_if<datasets::String>(&value.data)) return parse(trimmed(text->utf8));
  return std::nullopt;
}

}  // namespace

const std::string* as_text(const Value& value) {
  const auto* text = std::get_if<datasets::String>(&value.data);
  return text == nullptr ? nullptr : &text->utf8;
}

const std::vector<Value>* as_list(const Value& value) {
  const auto* list = std::get_if<datasets::List>(&value.data);
  return list == nullptr ? nullptr : &list->items;
}

const datasets::Dict* as_object(const Value& value) { return std::get_if<datasets::Dict>(&value.data); }

std::optional<Value> parse_object(std::string_view body, std::vector<Flaw>& flaws) {
  if (const std::size_t bad = datasets::invalid_utf8(body); bad != std::string_view::npos) {
    flaws.push_back({"json_invalid", {}, fmt::format("the body is no UTF-8 at byte {}", bad)});
    return std::nullopt;
  }
  std::size_t budget = most_values;
  datasets::JsonReader reader(body, budget);
  auto value = reader.value();
  if (!value) {
    flaws.push_back({"json_invalid",
                     {},
                     fmt::format("the body is no JSON at byte {}: {}", value.error().offset, value.error().what)});
    return std::nullopt;
  }
  if (!reader.at_end()) {
    flaws.push_back({"json_invalid", {}, fmt::format("the body goes on after its JSON at byte {}", reader.offset())});
    return std::nullopt;
  }
  if (as_object(*value) == nullptr) {
    flaws.push_back({"model_attributes_type", {}, "the body is no JSON object"});
    return std::nullopt;
  }
  return std::move(*value);
}

void add(std::vector<Flaw>& flaws, Flaw flaw) {
  if (flaws.size() < most_flaws) flaws.push_back(std::move(flaw));
}

std::string text_of(const Place& place) {
  std::string text;
  for (const auto& step : place) {
    const auto* name = std::get_if<std::string>(&step);
    text += (text.empty() ? "" : ".") + (name != nullptr ? *name : std::to_string(std::get<std::size_t>(step)));
  }
  return text;
}

Fields::Fields(const Value& object, Place place, std::vector<Flaw>& flaws)
    : object_(object), place_(std::move(place)), flaws_(flaws) {}

void Fields::flaw_at(std::string type, Place below, std::string message) {
  if (flaws_.size() >= most_flaws) return;
  Place place = place_;
  std::move(below.begin(), below.end(), std::back_inserter(place));
  flaws_.push_back({std::move(type), std::move(place), std::move(message)});
}

void Fields::flaw(std::string type, std::string_view name, std::string message) {
  flaw_at(std::move(type), name.empty() ? Place() : Place{std::string(name)}, std::move(message));
}

void Fields::only(std::initializer_list<std::string_view> names) {
  for (const auto& item : as_object(object_)->items) {
    if (flaws_.size() >= most_flaws) return;  // a body may hold a million of them
    const std::string& name = *as_text(item.key);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    flaw_at("extra_forbidden", name.size() <= most_name_bytes ? Place{name} : Place(),
            fmt::format("no field of that name; there are {}", fmt::join(names, ", ")));
  }
}

const Value* Fields::find_even_null(std::string_view name) const {
  for (const auto& item : as_object(object_)->items)
    if (*as_text(item.key) == name) return &item.value;
  return nullptr;
}

const Value* Fields::find(std::string_view name) const {
  const Value* value = find_even_null(name);
  return value == nullptr || std::holds_alternative<datasets::None>(value->data) ? nullptr : value;
}

const Value* Fields::required(std::string_view name) {
  const Value* value = find(name);
  if (value == nullptr) flaw("missing", name, "Field required");
  return value;
}

std::string Fields::text(std::string_view name) {
  const Value* value = required(name);
  if (value == nullptr) return {};
  if (const std::string* text = as_text(*value)) return *text;
  flaw("string_type", name, "Input should be a valid string");
  return {};
}

std::optional<std::string> Fields::optional_text(std::string_view name) {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = as_text(*value)) return *text;
  flaw("string_type", name, "Input should be a valid string");
  return std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  const Value* value = required(name);
  if (value == nullptr) return {};
  std::vector<std::string> texts;
  const auto* list = as_list(*value);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (const std::string* text = as_text((*list)[i]))
      texts.push_back(*text);
    else
      flaw_at("string_type", {std::string(name), i}, "Input should be a valid string");
  }
  if (list == nullptr) flaw("list_type", name, "Input should be a valid list");
  return texts;
}

double Fields::number(std::string_view name, std::optional<double> fallback, double least, double most) {
  const Value* value = fallback ? find(name) : required(name);
  if (value == nullptr) return fallback.value_or(least);
  const auto number = as_number(*value);
  if (!number)
    flaw("float_parsing", name, "Input should be a valid number");
  else if (*number < least || *number > most)
    flaw("out_of_range", name, fmt::format("Input should be from {} to {}", least, most));
  else
    return *number;
  return fallback.value_or(least);
}

double Fields::integer(std::string_view name, std::optional<double> fallback, double least, double most) {
  const double value = number(name, fallback, least, most);
  if (value == std::floor(value)) return value;
  flaw("int_from_float", name, "Input should be a valid integer, got a number with a fractional part");
  return fallback.value_or(least);
}

bool Fields::flag(std::string_view name, bool fallback) {
  const Value* value = find(name);
  if (value == nullptr) return fallback;
  if (const bool* flag = std::get_if<bool>(&value->data)) return *flag;
  flaw("bool_type", name, "Input should be a valid boolean");
  return fallback;
}

std::string json_text(std::string_view utf8) {
  std::string text;
  append_json(text, utf8);
  return text;
}

std::string json_number(double value) { return fmt::format("{}", std::isfinite(value) ? value : 0.0); }

std::string json_bytes(std::string_view bytes) { return json_text(escape_invalid_utf8(bytes)); }

std::string detail_json(const std::vector<Flaw>& flaws) {
  std::string text = R"({"detail": [)";
  for (std::size_t i = 0; i < flaws.size(); ++i) {
    std::string loc = R"("body")";
    for (const auto& step : flaws[i].place) {
      const auto* name = std::get_if<std::string>(&step);
      loc += ", " + (name != nullptr ? json_text(*name) : std::to_string(std::get<std::size_t>(step)));
    }
    text += fmt::format(R"({}{{"type": {}, "loc": [{}], "msg": {}, "input": null}})", i == 0 ? "" : ", ",
                        json_text(flaws[i].type), loc, json_text(flaws[i].message));
  }
  return text + "]}";
}

}  // namespace assay::harness
