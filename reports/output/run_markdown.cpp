#include "reports/output/run_markdown.h"

#include <fmt/format.h>

#include "reports/output/figures.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

/// Words of ours read best as code; what is none of them is not trusted to be quoted by backticks.
std::string word(std::string_view text) {
  const bool plain = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos && !text.empty();
  return plain ? fmt::format("`{}`", text) : escape_markdown(text);
}

std::string curve_table(const RunSummary& summary) {
  std::string text = "| | base | plus |\n| --- | --- | --- |\n";
  for (std::size_t i = 0; i < summary.base.size(); ++i)
    text += fmt::format("| pass@{} | {} | {} |\n", summary.base[i].metric.k, estimate_text(summary.base[i]),
                        i < summary.plus.size() ? estimate_text(summary.plus[i]) : "");
  return text;
}

std::string tally_row(const char* set, const SetTally& counts) {
  return fmt::format("| {} | {} | {} | {} | {} |\n", set, counts.verdicts[0], counts.verdicts[1], counts.verdicts[2],
                     causes_text(counts, word));
}

std::string head(const ReportedRun& reported, double level) {
  const Run& run = reported.run;
  const RunSummary& summary = reported.summary;
  std::string text = fmt::format("## {}\n\n{}{}.\n\n", escape_markdown(run.name),
                                 run.dataset.empty() ? "" : escape_markdown(run.dataset) + ", ", size_text(summary));
  if (summary.without_verdict > 0)
    text += fmt::format("**{} without a verdict.**\n\n", counted(summary.without_verdict, "sample"));
  if (summary.base.empty())
    text += fmt::format("No pass@k: {}.\n\n", no_estimate_text(summary));
  else
    text += curve_table(summary) + fmt::format("\n{}.\n\n", methods_text(summary, level));
  text += "| tests | pass | fail | timeout | causes |\n| --- | --: | --: | --: | --- |\n";
  text += tally_row("base", summary.base_tally);
  if (run.has_plus) text += tally_row("plus", summary.plus_tally);
  text += fmt::format("\n{} solved by all samples, {} by some, {} by none.", counted(summary.solved_always, "problem"),
                      summary.solved_sometimes, summary.solved_never);
  if (!summary.flaky.empty())
    text += fmt::format(" {} got different verdicts for the same program.", counted(summary.flaky.size(), "program"));
  if (summary.attempts) text += fmt::format(" {}.", attempts_text(*summary.attempts, word));
  return text + "\n";
}

/// Appends problems with this many correct samples until the text is full. @return how many were left out.
std::size_t add_problems(std::string& text, const Run& run, const char* title, bool some, std::size_t most_bytes) {
  std::vector<std::string> rows;
  for (const RunProblem& problem : run.problems) {
    const SampleCounts counts = counts_of(problem, deciding_set(run));
    if (counts.samples == 0 || counts.correct == counts.samples || (counts.correct > 0) != some) continue;
    rows.push_back(fmt::format("| {} | {} of {} |\n", escape_markdown(first_bytes(problem.task_id, most_id_bytes)),
                               counts.correct, counts.samples));
  }
  if (rows.empty()) return 0;
  const std::string table = fmt::format("\n### {} ({})\n\n| problem | correct |\n| --- | --- |\n", title, rows.size());
  std::size_t shown = 0;
  for (; shown < rows.size(); ++shown) {
    if (text.size() + rows[shown].size() + (shown == 0 ? table.size() : 0) > most_bytes) break;
    text += (shown == 0 ? table : "") + rows[shown];
  }
  return rows.size() - shown;
}

}  // namespace

std::string report_markdown(const std::vector<ReportedRun>& runs, double level, std::size_t most_bytes) {
  constexpr std::size_t last_line = 100;
  const std::size_t room = most_bytes > last_line ? most_bytes - last_line : 0;
  std::string text = "# assay\n";
  for (const ReportedRun& reported : runs) text += "\n" + head(reported, level);
  std::size_t left_out = 0;
  for (const ReportedRun& reported : runs) {
    left_out += add_problems(text, reported.run, "Solved by no sample", false, room);
    left_out += add_problems(text, reported.run, "Solved by some samples", true, room);
  }
  if (left_out > 0)
    text +=
        fmt::format("\nLeft out to stay short: {}; `assay report --json` lists all.\n", counted(left_out, "problem"));
  return text;
}

}  // namespace assay::reports
