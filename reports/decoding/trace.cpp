#include "reports/decoding/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <optional>

namespace assay::reports {
namespace {

namespace json = boost::json;

tl::unexpected<Error> bad(std::string message) { return tl::unexpected(Error{Errc::bad_data, std::move(message)}); }

/// A whole number of 0 … 2⁵³, so that no arithmetic on positions overflows.
std::optional<std::int64_t> whole(const json::value& value) {
  constexpr std::int64_t most = 1LL << 53;
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > most) return std::nullopt;
  return value.get_int64();
}

std::optional<std::vector<std::int64_t>> numbers(const json::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::int64_t> all;
  for (const json::value& item : value.get_array()) {
    const auto number = whole(item);
    if (!number) return std::nullopt;
    all.push_back(*number);
  }
  return all;
}

std::string id_of(const json::object& trace, std::string_view key) {
  const json::value* value = trace.if_contains(key);
  if (!value || value->is_null()) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

Result<TraceStep> parse_step(const json::value& value) {
  if (!value.is_object()) return bad("is no object");
  const json::object& object = value.get_object();
  const json::value* filled = object.if_contains("filled");
  auto positions = filled ? numbers(*filled) : std::nullopt;
  if (!positions) return bad("\"filled\" is no list of positions");
  TraceStep step;
  step.filled = std::move(*positions);
  if (const json::value* block = object.if_contains("block"))
    step.block = static_cast<std::uint64_t>(whole(*block).value_or(0));
  if (const json::value* tokens = object.if_contains("tokens"); tokens && !tokens->is_null()) {
    auto all = numbers(*tokens);
    if (!all || all->size() != step.filled.size()) return bad("\"tokens\" is no list of a token for each position");
    step.tokens = std::move(*all);
  }
  if (const json::value* confidence = object.if_contains("confidence"); confidence && confidence->is_array()) {
    for (const json::value& item : confidence->get_array())
      step.confidence.push_back(item.is_number() ? item.to_number<double>() : std::nan(""));
    if (step.confidence.size() != step.filled.size()) return bad("\"confidence\" is no list of one for each position");
  }
  return step;
}

/// One id or a list of them, wherever a model's settings put them.
void take_end_tokens(const json::object& object, std::vector<std::int64_t>& tokens) {
  for (const char* key : {"end_token_ids", "end_tokens", "eos_token_id", "pad_token_id"}) {
    const json::value* value = object.if_contains(key);
    if (!value) continue;
    if (const auto one = whole(*value)) tokens.push_back(*one);
    if (const auto many = numbers(*value)) tokens.insert(tokens.end(), many->begin(), many->end());
  }
}

std::optional<std::int64_t> filled_twice(const Trace& trace) {
  std::vector<std::int64_t> all;
  for (const TraceStep& step : trace.steps) all.insert(all.end(), step.filled.begin(), step.filled.end());
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  return twice == all.end() ? std::nullopt : std::optional(*twice);
}

}  // namespace

Result<Trace> parse_trace(std::string_view line) {
  json::error_code code;
  const json::value value = json::parse(line, code);
  if (code) return bad("not JSON: " + code.message());
  if (!value.is_object()) return bad("not a JSON object; a line is {\"sample_id\": …, \"steps\": […]}");
  const json::object& object = value.get_object();
  const json::value* steps = object.if_contains("steps");
  if (!steps || !steps->is_array()) return bad("\"steps\" is no list");
  Trace trace;
  trace.task_id = id_of(object, "task_id");
  trace.sample_id = id_of(object, "sample_id");
  if (const json::value* id = object.if_contains("sample_id")) trace.numbered = id->is_number();
  if (const json::value* length = object.if_contains("prompt_length"))
    trace.prompt_length = static_cast<std::uint64_t>(whole(*length).value_or(0));
  for (std::size_t i = 0; i < steps->get_array().size(); ++i) {
    auto step = parse_step(steps->get_array()[i]);
    if (!step) return bad(fmt::format("step {}: {}", i, step.error().message));
    trace.steps.push_back(std::move(*step));
  }
  if (const auto twice = filled_twice(trace)) return bad(fmt::format("position {} is filled twice", *twice));
  take_end_tokens(object, trace.end_tokens);
  if (const json::value* options = object.if_contains("options"); options && options->is_object())
    take_end_tokens(options->get_object(), trace.end_tokens);
  return trace;
}

std::int64_t last_position(const Trace& trace, Positions positions, std::span<const std::int64_t> end_tokens) {
  std::int64_t filled = -1, end = std::numeric_limits<std::int64_t>::max();
  for (const TraceStep& step : trace.steps) {
    for (const std::int64_t position : step.filled) filled = std::max(filled, position);
    for (std::size_t i = 0; i < step.tokens.size(); ++i)
      if (std::find(end_tokens.begin(), end_tokens.end(), step.tokens[i]) != end_tokens.end())
        end = std::min(end, step.filled[i]);
  }
  return positions == Positions::all ? filled : std::min(filled, end);
}

std::vector<std::int64_t> fill_order(const Trace& trace, Positions positions,
                                     std::span<const std::int64_t> end_tokens) {
  const std::int64_t last = last_position(trace, positions, end_tokens);
  std::vector<std::int64_t> order;
  for (const TraceStep& step : trace.steps) {
    const std::size_t start = order.size();
    for (const std::int64_t position : step.filled)
      if (position <= last) order.push_back(position);
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(start), order.end());
  }
  return order;
}

}  // namespace assay::reports
