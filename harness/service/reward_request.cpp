#include "harness/service/reward_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/marshal_inputs.h"
#include "harness/service/completion.h"
#include "harness/service/task_sets.h"

namespace assay::harness {
namespace {

using datasets::Value;

constexpr std::size_t most_tests = 4096;

class RewardsReader {
 public:
  RewardsReader(const Service& service, std::vector<Flaw>& flaws) : service_(service), flaws_(flaws) {}

  RewardRequest read(const Value& body) {
    RewardRequest request;
    Fields fields(body, {}, flaws_);
    fields.only({"items", "weights", "limits", "details", "stream"});
    request.details = fields.flag("details", false);
    request.stream = fields.flag("stream", false);
    if (const Value* weights = fields.find("weights")) request.weights = read_weights(*weights, fields);
    if (const Value* limits = fields.find("limits")) read_limits(*limits, fields);
    const Value* items = fields.find("items");
    const auto* list = items == nullptr ? nullptr : as_list(*items);
    if (list == nullptr) {
      fields.flaw(items == nullptr ? "missing" : "list_type", "items", "a list of items is required");
    } else if (list->size() > service_.most_items()) {
      fields.flaw(
          "too_long", "items",
          fmt::format("at most {} items a request, so many does the service take (--batch) and let wait (--queue)",
                      service_.most_items()));
    } else {
      for (std::size_t i = 0; i < list->size(); ++i) request.items.push_back(read_item((*list)[i], i));
    }
    return request;
  }

 private:
  Weights read_weights(const Value& value, Fields& above) {
    if (as_object(value) == nullptr) {
      above.flaw("dict_type", "weights", "Input should be an object");
      return {};
    }
    Fields fields(value, {"weights"}, flaws_);
    fields.only({"code", "binary_code", "code_format"});
    constexpr double most = 1e6;
    return {fields.number("code", 0.0, -most, most), fields.number("binary_code", 0.0, -most, most),
            fields.number("code_format", 0.0, -most, most)};
  }
  void read_limits(const Value& value, Fields& above) {
    if (as_object(value) == nullptr) return above.flaw("dict_type", "limits", "Input should be an object");
    Fields fields(value, {"limits"}, flaws_);
    fields.only({"test_seconds", "total_seconds"});
    const double most = static_cast<double>(service_.settings().most_time.count()) * 1e-3;
    const auto limit = [&](std::string_view name, std::chrono::milliseconds fallback) {
      const double seconds = fields.number(name, static_cast<double>(fallback.count()) * 1e-3, 0.01, most);
      return std::chrono::milliseconds(static_cast<long long>(seconds * 1000));
    };
    limits_ = {limit("test_seconds", limits_.test), limit("total_seconds", limits_.total)};
  }
  RewardItem read_item(const Value& value, std::size_t index) {
    RewardItem result;
    result.id = std::to_string(index);
    const Place place = {"items", index};
    if (as_object(value) == nullptr) {
      add(flaws_, {"dict_type", place, "Input should be an object"});
      return result;
    }
    Fields fields(value, place, flaws_);
    fields.only({"id", "completion", "solution", "tests", "setup", "cases", "function", "calls", "dataset", "task_id"});
    if (const Value* id = fields.find("id")) {
      const auto* number = std::get_if<datasets::Integer>(&id->data);
      if (const std::string* text = as_text(*id))
        result.id = json_text(*text);
      else if (number != nullptr)
        result.id = number->digits;
      else
        fields.flaw("string_type", "id", "Input should be a string or an integer");
    }
    result.item = std::make_shared<Item>();
    result.item->limits = limits_;
    read_program(fields, result);
    read_tests(fields, place, *result.item);
    return result;
  }
  void read_program(Fields& fields, RewardItem& result) {
    const bool answered = fields.find("completion") != nullptr, solved = fields.find("solution") != nullptr;
    if (!answered && !solved) return fields.flaw("missing", "completion", "completion or solution is required");
    if (answered && solved)
      return fields.flaw("extra_forbidden", "solution", "completion is given too; an item has one of them");
    auto completion = fields.optional_text("completion");
    auto solution = fields.optional_text("solution");
    if (!completion && !solution) return;
    if (solution) {
      result.item->program = std::move(*solution);
    } else if (auto program = fenced_program(*completion)) {
      result.item->program = std::move(*program);
    } else {
      result.has_form = false;
    }
  }
  /// An item has tests, cases, calls, or a task of a data set.
  void read_tests(Fields& fields, const Place& place, Item& item) {
    const char* given = nullptr;
    for (const char* name : {"tests", "cases", "calls"}) {
      if (fields.find(name) == nullptr) continue;
      if (given != nullptr)
        return fields.flaw("extra_forbidden", name, fmt::format("{} are given too; an item has one of them", given));
      given = name;
    }
    const std::string_view kind = given == nullptr ? "" : given;
    for (const char* other : {"dataset", "task_id"})
      if (given != nullptr && fields.find(other) != nullptr)
        fields.flaw("extra_forbidden", other,
                    fmt::format("{} are given too; an item has them, or dataset and task_id", given));
    if (kind != "tests" && kind != "calls" && fields.find("setup") != nullptr)
      return fields.flaw("extra_forbidden", "setup",
                         kind == "cases" ? "it goes before tests or calls, and there are cases"
                                         : "it goes before tests or calls, and a task of a data set has its own");
    if (kind != "calls" && fields.find("function") != nullptr)
      fields.flaw("extra_forbidden", "function", "it is what calls are made of, and there are none");
    if (given == nullptr) return read_task(fields, item);
    check_number(fields, given, std::string(kind.substr(0, kind.size() - 1)));
    item.setup = fields.optional_text("setup").value_or("");
    if (kind == "tests") item.tests = fields.texts("tests");
    if (kind == "cases") read_cases(fields, place, item);
    if (kind == "calls") read_calls(fields, place, item);
  }
  void check_number(Fields& fields, const char* name, const std::string& one) {
    const auto* list = as_list(*fields.find(name));
    if (list != nullptr && list->empty())
      fields.flaw("too_short", name, fmt::format("there is no {}, so any program would pass", one));
    if (list != nullptr && list->size() > most_tests)
      fields.flaw("too_long", name, fmt::format("at most {} {}", most_tests, name));
  }
  /// Reads each object of the list `name`, as far as there may be any.
  template <class Read>
  void each_of(Fields& fields, const char* name, const Place& place, const Read& read) {
    const auto* list = as_list(*fields.find(name));
    if (list == nullptr) return fields.flaw("list_type", name, "Input should be a list");
    for (std::size_t i = 0; i < std::min(list->size(), most_tests); ++i) {
      Place below = place;
      below.insert(below.end(), {name, i});
      if (as_object((*list)[i]) == nullptr) {
        add(flaws_, {"dict_type", below, "Input should be an object"});
        continue;
      }
      Fields each((*list)[i], below, flaws_);
      read(each);
    }
  }
  void read_cases(Fields& fields, const Place& place, Item& item) {
    each_of(fields, "cases", place, [&](Fields& each) {
      each.only({"input", "output"});
      item.cases.push_back({each.optional_text("input").value_or(""), each.text("output")});
      const std::uint64_t most = service_.limits().output_bytes;  // of a program: none could pass
      if (item.cases.back().output.size() > most)
        each.flaw("string_too_long", "output", fmt::format("at most {} bytes, so much may a program print", most));
    });
  }
  void read_calls(Fields& fields, const Place& place, Item& item) {
    item.function = fields.text("function");
    if (item.function.empty() && fields.find("function") != nullptr)
      fields.flaw("string_too_short", "function", "a name is required");
    each_of(fields, "calls", place, [&](Fields& each) {
      each.only({"arguments", "result", "any_of"});
      FunctionCase call;
      const Value* arguments = each.find("arguments");
      if (arguments == nullptr || as_list(*arguments) == nullptr)
        each.flaw(arguments == nullptr ? "missing" : "list_type", "arguments", "a list of arguments is required");
      else
        call.arguments = marshal_input(*arguments);
      const Value *result = each.find_even_null("result"), *any_of = each.find("any_of");
      const auto* results = any_of == nullptr ? nullptr : as_list(*any_of);
      if ((result == nullptr) == (any_of == nullptr))
        each.flaw(result == nullptr ? "missing" : "extra_forbidden", "result",
                  "a call has what it returns as result, or a list of right results as any_of");
      else if (any_of != nullptr && (results == nullptr || results->empty()))
        each.flaw("list_type", "any_of", "a list of right results is required, with one at least");
      else if (results != nullptr)
        call.results = marshal_inputs(*results);
      else
        call.results = {marshal_input(*result)};
      item.calls.push_back(std::move(call));
    });
  }
  void read_task(Fields& fields, Item& item) {
    item.dataset = fields.optional_text("dataset").value_or("");
    item.task_id = fields.optional_text("task_id").value_or("");
    if (item.dataset.empty() || item.task_id.empty())
      return fields.flaw("missing", "tests", "tests, cases, calls, or dataset and task_id, are required");
    const TaskSets* sets = service_.sets();
    if (sets == nullptr || !sets->has(item.dataset))
      return fields.flaw("not_found", "dataset", "no such data set is served; start the service with --dataset NAME");
    if (!sets->has(item.dataset, item.task_id)) fields.flaw("not_found", "task_id", "no such task in that data set");
  }

  const Service& service_;
  std::vector<Flaw>& flaws_;
  ScoreLimits limits_;
};

}  // namespace

RewardRequest read_rewards(const Value& body, const Service& service, std::vector<Flaw>& flaws) {
  return RewardsReader(service, flaws).read(body);
}

}  // namespace assay::harness
