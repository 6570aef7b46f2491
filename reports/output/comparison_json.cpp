#include "reports/output/comparison_json.h"

#include "reports/output/figures.h"
#include "reports/output/json_text.h"

namespace assay::reports {
namespace {

std::string interval_json(const Interval& interval) {
  return json_array({json_number(interval.low), json_number(interval.high)});
}

std::string flips_json(const std::vector<Flip>& flips) {
  std::vector<std::string> items;
  for (const Flip& flip : flips)
    items.push_back(
        JsonObject()
            .add_text("task_id", flip.task_id)
            .add("base", json_array({std::to_string(flip.base.correct), std::to_string(flip.base.samples)}))
            .add("new", json_array({std::to_string(flip.newer.correct), std::to_string(flip.newer.samples)}))
            .add_number("difference", flip.difference)
            .add_flag("same_programs", flip.same_programs)
            .str());
  return json_array(items);
}

std::string texts_json(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(json_text(text));
  return json_array(items);
}

std::string flaky_json(const std::vector<FlakyProgram>& flaky) {
  std::vector<std::string> items;
  for (const FlakyProgram& program : flaky)
    items.push_back(JsonObject()
                        .add_text("task_id", program.task_id)
                        .add_count("judged", program.judged)
                        .add_count("passed", program.passed)
                        .str());
  return json_array(items);
}

std::string object(const Comparison& comparison, const Gates& gates) {
  const auto& error = comparison.error;
  JsonObject json;
  json.add_text("metric", name(comparison.metric))
      .add_count("problems", comparison.problems)
      .add_number("base", comparison.base)
      .add_number("new", comparison.newer)
      .add_number("difference", comparison.difference)
      .add("interval", interval_json(comparison.judgement.interval))
      .add_number("p_regressed", comparison.test.p_regressed)
      .add_number("p_improved", comparison.test.p_improved)
      .add_count("broken", comparison.broken.size())
      .add_count("fixed", comparison.fixed.size())
      .add_text("verdict", name(comparison.judgement.verdict))
      .add_flag("max_drop_fires", comparison.judgement.max_drop_fires)
      .add_number("detectable", error ? std::optional(error->detectable) : std::nullopt);
  json.add_text("base_run", comparison.base_run.name)
      .add_text("new_run", comparison.newer_run.name)
      .add("dataset", comparison.dataset.empty() ? "null" : json_text(comparison.dataset))
      .add_number("alpha", comparison.alpha)
      .add_number("max_drop_points", comparison.max_drop_points)
      .add_flag("noninferior", comparison.judgement.noninferior)
      .add_number("p_two_sided", comparison.test.p_two_sided)
      .add_flag("p_exact", comparison.test.exact)
      .add_number("p_regressed_adjusted", comparison.adjusted.regressed)
      .add_number("p_improved_adjusted", comparison.adjusted.improved)
      .add_number("se", error ? std::optional(error->se) : std::nullopt)
      .add("t_interval", error ? interval_json(error->interval) : "null")
      .add_number("smallest_drop", comparison.smallest_drop)
      .add("flips",
           JsonObject().add("broken", flips_json(comparison.broken)).add("fixed", flips_json(comparison.fixed)).str())
      .add("flaky", flaky_json(comparison.flaky))
      .add("gates", texts_json(fired_gates(comparison, gates)))
      .add("notes", texts_json(comparison.notes));
  return json.str();
}

}  // namespace

std::string comparison_json(const std::vector<Comparison>& comparisons, const Gates& gates) {
  if (comparisons.size() == 1) return object(comparisons.front(), gates);
  std::vector<std::string> items;
  for (const Comparison& comparison : comparisons) items.push_back(object(comparison, gates));
  return JsonObject().add("comparisons", json_array(items)).str();
}

}  // namespace assay::reports
