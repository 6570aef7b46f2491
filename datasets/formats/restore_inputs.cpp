#include "datasets/formats/restore_inputs.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "datasets/formats/python_number.h"

namespace assay::datasets {
namespace {

/// What is wrong with a value, or nothing.
using Complaint = std::optional<std::string>;
using Change = Complaint (*)(Value&);
using Items = std::vector<Value>;

Items& items_of(Value& list) { return std::get<List>(list.data).items; }

/// What iterating over the value gives in Python: items, characters, keys.
std::optional<Items> iterate(Value& value) {
  if (List* list = std::get_if<List>(&value.data)) return std::move(list->items);
  if (Tuple* tuple = std::get_if<Tuple>(&value.data)) return std::move(tuple->items);
  Items items;
  if (Dict* dict = std::get_if<Dict>(&value.data)) {
    for (auto& item : dict->items) items.push_back(std::move(item.key));
    return items;
  }
  const String* string = std::get_if<String>(&value.data);
  if (string == nullptr) return std::nullopt;
  for (const char c : string->utf8) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) items.push_back({String{}});
    std::get<String>(items.back().data).utf8 += c;
  }
  return items;
}

Complaint to_tuple(Value& value) {
  auto items = iterate(value);
  if (!items) return "a list is expected where a tuple is restored";
  value.data = Tuple{std::move(*items)};
  return {};
}

/// [tuple(item) for item in value]
Complaint to_list_of_tuples(Value& value) {
  auto items = iterate(value);
  if (!items) return "a list is expected where a list of tuples is restored";
  for (Value& item : *items)
    if (auto wrong = to_tuple(item)) return wrong;
  value.data = List{std::move(*items)};
  return {};
}

/// tuple(tuple(item) for item in value)
Complaint to_tuple_of_tuples(Value& value) {
  if (auto wrong = to_list_of_tuples(value)) return wrong;
  return to_tuple(value);
}

/// Only items that are lists become tuples, whatever is inside them.
Complaint to_tuple_with_tuples(Value& value) {
  auto items = iterate(value);
  if (!items) return "a list is expected where a tuple is restored";
  for (Value& item : *items)
    if (std::holds_alternative<List>(item.data))
      if (auto wrong = to_tuple(item)) return wrong;
  value.data = Tuple{std::move(*items)};
  return {};
}

Complaint all_lists_to_tuples(Value& value) {
  List* list = std::get_if<List>(&value.data);
  if (list == nullptr) return {};
  for (Value& item : list->items)
    if (auto wrong = all_lists_to_tuples(item)) return wrong;
  return to_tuple(value);
}

Complaint to_set(Value& value) {
  auto items = iterate(value);
  if (!items) return "a list is expected where a set is restored";
  constexpr std::size_t most = 2000;  // each item is compared with all before it; the published sets are tiny
  if (items->size() > most) return "a set is restored from more items than any published input has";
  Set set;
  for (Value& item : *items) {
    if (!is_hashable(item)) return "a set is restored, but an item of it can be in no set";
    if (std::none_of(set.items.begin(), set.items.end(), [&](const Value& old) { return equal_in_set(old, item); }))
      set.items.push_back(std::move(item));
  }
  value.data = std::move(set);
  return {};
}

/// A list with items is a set; everything else, the empty list too, is an empty dict there. Odd, and kept.
Complaint to_list_of_sets(Value& value) {
  auto items = iterate(value);
  if (!items) return "a list is expected where a list of sets is restored";
  for (Value& item : *items) {
    const List* list = std::get_if<List>(&item.data);
    if (list == nullptr || list->items.empty())
      item.data = Dict{};
    else if (auto wrong = to_set(item))
      return wrong;
  }
  value.data = List{std::move(*items)};
  return {};
}

Complaint to_dict_of_tuples(Value& value) {
  Dict* dict = std::get_if<Dict>(&value.data);
  if (dict == nullptr) return "an object is expected where a dict of tuples is restored";
  for (auto& item : dict->items)
    if (auto wrong = to_tuple(item.value)) return wrong;
  return {};
}

Complaint to_float(Value& value) {
  auto number = python_float(value);
  if (!number) return "what float() takes is expected";
  value.data = std::move(*number);
  return {};
}

Complaint to_complex(Value& value) {
  auto number = python_complex(value);
  if (!number) return "what complex() takes is expected";
  value.data = std::move(*number);
  return {};
}

/// How one task's arguments change. An input keeps `keeps` arguments, or all of them.
struct Rule {
  Change every = nullptr;  ///< applied to each argument
  Change first = nullptr;
  Change second = nullptr;
  std::size_t keeps = 0;   ///< 0: all; an input with fewer is an error
  Change whole = nullptr;  ///< applied to the list of arguments at the end
};

struct TaskRule {
  std::vector<int> tasks;
  Rule rule;
};

const std::vector<TaskRule>& task_rules() {
  static const std::vector<TaskRule> table = {
      {{2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809},
       {.every = to_tuple}},
      {{63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}, {.every = to_list_of_tuples}},
      {{75, 413, 444, 753}, {.first = to_list_of_tuples, .keeps = 2}},
      {{106, 750}, {.second = to_tuple, .keeps = 2}},
      {{115}, {.first = to_list_of_sets, .keeps = 1}},
      {{124}, {.first = to_float, .second = to_complex, .keeps = 2, .whole = to_tuple}},
      {{250, 405, 446, 617, 720, 763, 808}, {.first = to_tuple, .keeps = 2}},
      {{259, 401, 445}, {.every = to_tuple_of_tuples}},
      {{278}, {.first = to_tuple_with_tuples, .keeps = 1}},
      {{307}, {.first = to_tuple, .keeps = 3}},
      {{722}, {.first = to_dict_of_tuples}},
      {{252}, {.first = to_complex, .keeps = 1}},
      {{580, 615, 791}, {.whole = all_lists_to_tuples}},
  };
  return table;
}

const Rule* rule_of(std::string_view task_id) {
  constexpr std::string_view prefix = "Mbpp/";
  if (!task_id.starts_with(prefix)) return nullptr;
  task_id.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, failure] = std::from_chars(task_id.data(), task_id.data() + task_id.size(), number);
  if (failure != std::errc() || end != task_id.data() + task_id.size()) return nullptr;
  for (const TaskRule& row : task_rules())
    if (std::find(row.tasks.begin(), row.tasks.end(), number) != row.tasks.end()) return &row.rule;
  return nullptr;
}

Complaint apply(const Rule& rule, Value& input) {
  Items& arguments = items_of(input);
  const std::size_t needed = std::max<std::size_t>(rule.keeps, rule.first != nullptr ? 1 : 0);
  if (arguments.size() < needed) return "there are fewer arguments than the task has";
  if (rule.keeps != 0) arguments.resize(rule.keeps);
  if (rule.every != nullptr)
    for (Value& argument : arguments)
      if (auto wrong = rule.every(argument)) return wrong;
  if (rule.first != nullptr)
    if (auto wrong = rule.first(arguments[0])) return wrong;
  if (rule.second != nullptr)
    if (auto wrong = rule.second(arguments[1])) return wrong;
  return rule.whole != nullptr ? rule.whole(input) : Complaint();
}

}  // namespace

std::optional<RestoreFailure> restore_inputs(std::string_view task_id, std::vector<Value>& inputs) {
  const Rule* rule = rule_of(task_id);
  if (rule == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (auto wrong = apply(*rule, inputs[i])) return RestoreFailure{i, std::move(*wrong)};
  return std::nullopt;
}

}  // namespace assay::datasets
