#include "engine/decoding/trace.h"

#include <charconv>
#include <cmath>

namespace assay::engine {
namespace {

template <class Number>
std::string text_of(Number number) {
  if constexpr (std::is_floating_point_v<Number>)
    if (!std::isfinite(number)) return "null";
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr};
}

template <class Number>
std::string list_of(const std::vector<Number>& numbers) {
  std::string text = "[";
  for (const Number number : numbers) text += (text.size() > 1 ? ", " : "") + text_of(number);
  return text + "]";
}

std::string options_text(const DecodingOptions& options, const std::vector<std::int64_t>& ends) {
  std::string text = "{\"alg\": \"" + std::string(name_of(options.alg)) + "\", \"steps\": " + text_of(options.steps) +
                     ", \"max_new_tokens\": " + text_of(options.max_new_tokens) +
                     ", \"block_length\": " + text_of(options.block_length) + ", \"cache\": \"" +
                     std::string(name_of(options.cache)) + "\", \"temperature\": " + text_of(options.temperature);
  if (options.threshold) text += ", \"threshold\": " + text_of(*options.threshold);
  if (options.top_p < 1) text += ", \"top_p\": " + text_of(options.top_p);
  if (options.top_k > 0) text += ", \"top_k\": " + text_of(options.top_k);
  if (options.alg_temp > 0) text += ", \"alg_temp\": " + text_of(options.alg_temp);
  if (options.stop_early) text += ", \"stop_early\": true";
  return text + ", \"eps\": " + text_of(options.eps) + ", \"seed\": " + text_of(options.seed) +
         ", \"end_token_ids\": " + list_of(ends) + "}";
}

}  // namespace

std::string trace_members(const Trace& trace, const DecodingOptions& options, const std::vector<std::int64_t>& ends,
                          Confidence confidence) {
  std::string steps;
  for (const TraceStep& step : trace.steps) {
    steps += steps.empty() ? "[" : ", ";
    steps += "{\"block\": " + text_of(step.block) + ", \"filled\": " + list_of(step.filled) +
             ", \"tokens\": " + list_of(step.tokens);
    if (confidence == Confidence::written) steps += ", \"confidence\": " + list_of(step.confidence);
    steps += "}";
  }
  return "\"prompt_length\": " + text_of(trace.prompt_length) + ", \"options\": " + options_text(options, ends) +
         ", \"steps\": " + (steps.empty() ? "[" : steps) + "], \"sequence\": " + list_of(trace.sequence);
}

}  // namespace assay::engine
