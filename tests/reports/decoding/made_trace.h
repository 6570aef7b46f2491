#pragma once
/// Traces made by hand.
#include <cstdint>
#include <vector>

#include "reports/decoding/trace.h"

namespace assay::tests {

using reports::Trace, reports::TraceStep;

/// Steps that fill these positions behind a prompt; the token of place p is 100 + p, and 7 where the text ends.
inline Trace made_trace(const std::vector<std::vector<std::int64_t>>& steps, std::int64_t prompt = 5,
                        std::int64_t end = -1) {
  Trace trace;
  trace.task_id = "T/0";
  trace.sample_id = "3";
  trace.prompt_length = static_cast<std::uint64_t>(prompt);
  for (const auto& places : steps) {
    TraceStep step;
    for (const std::int64_t place : places) {
      step.filled.push_back(prompt + place);
      step.tokens.push_back(place == end ? 7 : 100 + place);
    }
    trace.steps.push_back(std::move(step));
  }
  return trace;
}

/// A position a step, from left to right.
inline Trace left_to_right(std::int64_t length) {
  std::vector<std::vector<std::int64_t>> steps;
  for (std::int64_t place = 0; place < length; ++place) steps.push_back({place});
  return made_trace(steps);
}

}  // namespace assay::tests
