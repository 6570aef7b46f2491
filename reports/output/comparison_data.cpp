#include "reports/output/comparison_data.h"

#include <algorithm>

#include "reports/output/json_text.h"

namespace assay::reports {
namespace {

constexpr double in_points = 100;  // a fraction of one
constexpr std::size_t most_shown_bytes = 16U << 10;

std::string side_json(const std::optional<FlipProgram>& program) {
  if (!program) return "null";
  const bool cut = program->text.size() > most_shown_bytes;
  return JsonObject()
      .add_count("ordinal", program->ordinal)
      .add_flag("correct", program->correct)
      .add_text("text", first_bytes(program->text, most_shown_bytes))
      .add_count("cut", cut ? program->text.size() : 0)
      .str();
}

std::size_t shown_bytes(const std::optional<FlipProgram>& program) {
  return program ? std::min(program->text.size(), most_shown_bytes) : 0;
}

}  // namespace

std::string differences_data(const std::vector<Comparison>& comparisons) {
  std::vector<std::string> items;
  for (const Comparison& comparison : comparisons) {
    const std::string label =
        comparison.dataset.empty() ? name(comparison.metric) : comparison.dataset + " " + name(comparison.metric);
    const Interval& interval = comparison.judgement.interval;
    items.push_back(JsonObject()
                        .add_text("label", first_bytes(label, most_id_bytes))
                        .add_text("verdict", name(comparison.judgement.verdict))
                        .add_number("difference", in_points * comparison.difference)
                        .add_number("low", in_points * interval.low)
                        .add_number("high", in_points * interval.high)
                        .add_number("limit", comparison.max_drop_points)
                        .str());
  }
  return json_array(items);
}

FlipsData flips_data(const Comparison& comparison, std::size_t most, TextBudget& budget) {
  FlipsData data;
  std::vector<std::string> items;
  const auto add = [&](const Flip& flip, std::string_view change) {
    const std::size_t bytes = shown_bytes(flip.base_program) + shown_bytes(flip.newer_program);
    const bool fits = budget.take(bytes);
    data.without_program += fits ? 0 : 1;
    items.push_back(JsonObject()
                        .add_text("id", first_bytes(flip.task_id, most_id_bytes))
                        .add_text("change", change)
                        .add("base", fits ? side_json(flip.base_program) : "null")
                        .add("new", fits ? side_json(flip.newer_program) : "null")
                        .str());
  };
  for (std::size_t i = 0; i < std::min(most, comparison.broken.size()); ++i) add(comparison.broken[i], "broken");
  for (std::size_t i = 0; i < std::min(most, comparison.fixed.size()); ++i) add(comparison.fixed[i], "fixed");
  data.json = json_array(items);
  return data;
}

}  // namespace assay::reports
