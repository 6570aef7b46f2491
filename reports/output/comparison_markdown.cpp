#include "reports/output/comparison_markdown.h"

#include <fmt/format.h>

#include "reports/output/figures.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

std::string heading(const std::vector<Comparison>& comparisons) {
  std::string words;
  for (const ComparisonVerdict verdict : {ComparisonVerdict::regressed, ComparisonVerdict::improved,
                                          ComparisonVerdict::unchanged, ComparisonVerdict::inconclusive}) {
    std::size_t count = 0;
    for (const Comparison& comparison : comparisons) count += comparison.judgement.verdict == verdict ? 1 : 0;
    if (count > 0)
      words += fmt::format("{}{}{}", words.empty() ? "" : ", ", name(verdict),
                           comparisons.size() > 1 ? fmt::format(" {}", count) : "");
  }
  return fmt::format("## assay: {}\n\n", words);
}

std::string table(const std::vector<Comparison>& comparisons) {
  std::string text =
      "| metric | base | new | difference | interval | p | broken | fixed | problems | verdict |\n"
      "| --- | --: | --: | --: | --- | --: | --: | --: | --: | --- |\n";
  for (const Comparison& comparison : comparisons)
    text += fmt::format("| {}{} | {} | {} | {} | {} {} | {} | {} | {} | {} | **{}** |\n",
                        comparison.dataset.empty() ? "" : escape_markdown(comparison.dataset) + " ",
                        name(comparison.metric), percent(comparison.base), percent(comparison.newer),
                        points(comparison.difference), level_text(1 - 2 * comparison.alpha),
                        points_interval_text(comparison.judgement.interval), p_text(p_of(comparison)),
                        comparison.broken.size(), comparison.fixed.size(), comparison.problems,
                        name(comparison.judgement.verdict));
  return text;
}

std::string remarks(const Comparison& comparison) {
  std::string text = fmt::format("\nBase: {}. New: {}. Power: {}.", escape_markdown(comparison.base_run.name),
                                 escape_markdown(comparison.newer_run.name), detectable_text(comparison));
  if (!comparison.flaky.empty())
    text += fmt::format(" {} judged differently in the two runs though the same.",
                        counted(comparison.flaky.size(), "program"));
  for (const std::string& note : comparison.notes) text += fmt::format(" Note: {}.", escape_markdown(note));
  return text + "\n";
}

/// Rows until the text would grow too long; counts what did not fit.
class Rows {
 public:
  Rows(std::string& text, std::size_t most_bytes) : text_(text), most_(most_bytes) {}

  void add(const char* title, const Comparison& comparison, const std::vector<Flip>& flips) {
    if (flips.empty()) return;
    const std::string head = fmt::format("\n### {}: {}, {}\n\n| problem | base → new | |\n| --- | --- | --- |\n", title,
                                         counted(flips.size(), "problem"), name(comparison.metric));
    bool headed = false;
    for (const Flip& flip : flips) {
      const std::string row =
          fmt::format("| {} | {} | {} |\n", escape_markdown(first_bytes(flip.task_id, most_id_bytes)), flip_text(flip),
                      flip.same_programs ? "same programs" : "");
      if (full_ || text_.size() + row.size() + (headed ? 0 : head.size()) > most_) {
        full_ = true;
        ++left_out_;
        continue;
      }
      if (!headed) text_ += head;
      headed = true;
      text_ += row;
    }
  }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  std::string& text_;
  std::size_t most_, left_out_ = 0;
  bool full_ = false;  ///< what comes later matters less: it does not slip in where a larger row did not fit
};

}  // namespace

std::string comparison_markdown(const std::vector<Comparison>& comparisons, const Gates& gates,
                                std::size_t most_bytes) {
  constexpr std::size_t last_line = 100;
  std::string text = heading(comparisons);
  for (const Comparison& comparison : comparisons)
    for (const std::string& gate : fired_gates(comparison, gates))
      text += fmt::format("> **gate:** {}\n\n", escape_markdown(gate));
  text += table(comparisons);
  for (const Comparison& comparison : comparisons) text += remarks(comparison);
  Rows rows(text, most_bytes > last_line ? most_bytes - last_line : 0);
  for (const Comparison& comparison : comparisons) rows.add("Broken", comparison, comparison.broken);
  for (const Comparison& comparison : comparisons) rows.add("Fixed", comparison, comparison.fixed);
  if (rows.left_out() > 0)
    text += fmt::format("\nLeft out to stay short: {}; `assay compare --json` lists all.\n",
                        counted(rows.left_out(), "changed problem"));
  return text;
}

}  // namespace assay::reports
