#pragma once
/// Which positions of a sample were filled when, and with what.
#include <cstdint>
#include <string>
#include <vector>

#include "engine/decoding/options.h"

namespace assay::engine {

struct TraceStep {
  std::int64_t block = 0;
  std::vector<std::int64_t> filled;  ///< positions in the row, prompt included, ascending
  std::vector<std::int64_t> tokens;  ///< one a position
  std::vector<float> confidence;     ///< one a position
};

struct Trace {
  std::int64_t prompt_length = 0;
  std::vector<TraceStep> steps;
  std::vector<std::int64_t> sequence;  ///< prompt and new tokens
};

enum class Confidence { omitted, written };

/// Members of the object that a trace is written as, without the braces: prompt_length, options, steps, sequence.
/// @param ends tokens that end a text: part of the options that are written
[[nodiscard]] std::string trace_members(const Trace& trace, const DecodingOptions& options,
                                        const std::vector<std::int64_t>& ends, Confidence confidence);

}  // namespace assay::engine
