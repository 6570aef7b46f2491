#include "reports/decoding/replay.h"

#include <algorithm>

#include "reports/output/json_text.h"

namespace assay::reports {

Replay replay_of(const Trace& trace, const TokenText& text, const ReplayBounds& bounds, TextBudget& budget) {
  Replay replay;
  replay.task_id = trace.task_id;
  replay.sample_id = trace.sample_id;
  replay.all_steps = trace.steps.size();
  const auto first = static_cast<std::int64_t>(trace.prompt_length);
  const std::int64_t length = std::max<std::int64_t>(0, last_position(trace, Positions::all, {}) - first + 1);
  replay.all_positions = static_cast<std::size_t>(length);
  replay.texts.resize(std::min(bounds.positions, replay.all_positions));
  replay.steps.resize(std::min(bounds.steps, replay.all_steps));
  for (std::size_t t = 0; t < replay.steps.size(); ++t) {
    const TraceStep& step = trace.steps[t];
    for (std::size_t i = 0; i < step.filled.size(); ++i) {
      const std::int64_t at = step.filled[i] - first;
      if (at < 0 || static_cast<std::size_t>(at) >= replay.texts.size()) continue;
      const auto place = static_cast<std::size_t>(at);
      replay.steps[t].push_back(place);
      const std::string whole = i < step.tokens.size() ? text(step.tokens[i]) : "?";
      const std::string_view shown = first_bytes(whole, bounds.token_bytes);
      replay.texts[place] = budget.take(shown.size()) ? std::string(shown) : "…";
    }
  }
  return replay;
}

std::string replay_json(const Replay& replay) {
  std::vector<std::string> texts, steps;
  for (const std::string& text : replay.texts) texts.push_back(json_text(text));
  for (const auto& step : replay.steps) {
    std::vector<std::string> places;
    for (const std::size_t place : step) places.push_back(std::to_string(place));
    steps.push_back(json_array(places));
  }
  const std::string name = replay.sample_id.empty() ? replay.task_id : replay.task_id + ", sample " + replay.sample_id;
  return JsonObject().add_text("name", name).add("texts", json_array(texts)).add("steps", json_array(steps)).str();
}

}  // namespace assay::reports
