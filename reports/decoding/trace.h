#pragma once
/// In what order a sample's positions were filled, as `generate --traces` writes it: one JSON object a line,
/// {"task_id", "sample_id", "prompt_length", "options", "steps": [{"block", "filled": […], "tokens": […]}],
/// "sequence": […]}.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/error.h"

namespace assay::reports {

struct TraceStep {
  std::uint64_t block = 0;
  std::vector<std::int64_t> filled;  ///< positions, ascending
  std::vector<std::int64_t> tokens;  ///< of these; empty where the trace names none
  std::vector<double> confidence;    ///< of these; empty where the trace has none
};

struct Trace {
  std::string task_id, sample_id;   ///< as given, numbers as their digits; empty where not given
  bool numbered = false;            ///< the sample_id was a number
  std::uint64_t prompt_length = 0;  ///< positions below it are the prompt's
  std::vector<TraceStep> steps;
  std::vector<std::int64_t> end_tokens;  ///< where its options name them: eos_token_id, end_token_ids, pad_token_id
};

/// Refuses what is no trace, a position filled twice among it. The message lacks the place.
[[nodiscard]] Result<Trace> parse_trace(std::string_view line);

enum class Positions {
  to_first_end,  ///< what follows the first end token is left out: nobody reads it
  all,           ///< as the paper counts
};

/// The last position that counts: the first that holds an end token, or the last that was filled; −1 where none was.
[[nodiscard]] std::int64_t last_position(const Trace& trace, Positions positions,
                                         std::span<const std::int64_t> end_tokens);

/// The positions in the order they were filled: steps in order, ascending within a step. `end_tokens`: which tokens end
/// a sequence.
[[nodiscard]] std::vector<std::int64_t> fill_order(const Trace& trace, Positions positions,
                                                   std::span<const std::int64_t> end_tokens);

}  // namespace assay::reports
