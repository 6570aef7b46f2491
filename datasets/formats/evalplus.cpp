#include <fmt/format.h>

#include "datasets/formats/restore_inputs.h"
#include "datasets/formats/rows.h"

namespace assay::datasets {
namespace {

std::vector<Value> inputs(Record& record, std::string_view field) {
  Value value = record.value(field);
  // Mbpp/793 has {} for no inputs.
  if (const Dict* dict = std::get_if<Dict>(&value.data); dict != nullptr && dict->items.empty()) return {};
  List* list = std::get_if<List>(&value.data);
  if (list == nullptr) {
    record.reject(field, fmt::format("a list of inputs is expected, not {}", kind_of(value)));
    return {};
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    if (std::holds_alternative<List>(list->items[i].data)) continue;
    record.reject(fmt::format("{}[{}]", field, i),
                  fmt::format("a list of arguments is expected, not {}", kind_of(list->items[i])));
    return {};
  }
  return std::move(list->items);
}

void restore(Record& record, std::string_view field, const std::string& task_id, std::vector<Value>& values) {
  if (record.error()) return;
  if (const auto failure = restore_inputs(task_id, values))
    record.reject(fmt::format("{}[{}]", field, failure->input), failure->what);
}

}  // namespace

Problem evalplus_row(Record& record) {
  Problem problem;
  problem.kind = TestKind::calls;
  problem.task_id = record.task_id("task_id");
  problem.prompt = record.text("prompt");
  problem.entry_point = record.identifier("entry_point");
  problem.canonical_solution = record.text("canonical_solution");
  problem.base_input = inputs(record, "base_input");
  problem.plus_input = inputs(record, "plus_input");
  problem.atol = record.tolerance("atol");
  if (problem.base_input.empty()) record.reject("base_input", "there is no input, so any program would pass");
  restore(record, "base_input", problem.task_id, problem.base_input);
  restore(record, "plus_input", problem.task_id, problem.plus_input);
  return problem;
}

}  // namespace assay::datasets
