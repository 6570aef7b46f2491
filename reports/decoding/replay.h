#pragma once
/// One sample's denoising, step by step, as a page shows it.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/decoding/trace.h"
#include "reports/output/page_text.h"

namespace assay::reports {

/// The text of a token; what it is of hostile text is the reader's to escape.
using TokenText = std::function<std::string(std::int64_t token)>;

/// What a page takes in of samples; the rest is left out, and said.
struct ReplayBounds {
  std::size_t samples = 12;
  std::size_t steps = 1024, positions = 1024;  ///< of a sample
  std::size_t token_bytes = 64;                ///< of a token's text
  std::size_t text_bytes = 4U << 20;           ///< of all tokens together
};

struct Replay {
  std::string task_id, sample_id;
  std::vector<std::string> texts;                ///< by position behind the prompt; empty: never filled, or left out
  std::vector<std::vector<std::size_t>> steps;   ///< positions behind the prompt that each filled
  std::size_t all_steps = 0, all_positions = 0;  ///< before bounds
};

/// @param budget what token texts may still take; texts beyond it are "…"
[[nodiscard]] Replay replay_of(const Trace& trace, const TokenText& text, const ReplayBounds& bounds,
                               TextBudget& budget);

/// {"name", "texts": […], "steps": [[…]]}: what the view "replay" reads.
[[nodiscard]] std::string replay_json(const Replay& replay);

}  // namespace assay::reports
