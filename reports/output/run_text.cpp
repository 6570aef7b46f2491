#include "reports/output/run_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/output/figures.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

/// "wrong_answer 23, exception 4"
std::string frequencies(const std::map<std::string, std::uint64_t>& counts, const Shown& shown) {
  std::vector<std::pair<std::uint64_t, std::string>> ordered;
  for (const auto& [word, count] : counts) ordered.emplace_back(count, word);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::string text;
  for (const auto& [count, word] : ordered)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", shown(word), count);
  return text;
}

/// Estimates of one k in both sets.
std::string curve_text(const RunSummary& summary) {
  std::string text = fmt::format("{:<11}{:<26}{}\n", "", "base", summary.plus.empty() ? "" : "plus");
  for (std::size_t i = 0; i < summary.base.size(); ++i) {
    std::string row =
        fmt::format("{:<11}{:<26}", fmt::format("pass@{}", summary.base[i].metric.k), estimate_text(summary.base[i]));
    if (i < summary.plus.size()) row += estimate_text(summary.plus[i]);
    row.resize(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

std::string tally_text(const char* set, const SetTally& tally) {
  std::string text =
      fmt::format("{:<11}pass {}, fail {}, timeout {}", set, tally.verdicts[0], tally.verdicts[1], tally.verdicts[2]);
  if (!tally.causes.empty()) text += fmt::format("  ({})", causes_text(tally));
  if (tally.shared > 0) text += fmt::format("  {} decided in their own process", tally.shared);
  return text + "\n";
}

std::string one_text(const ReportedRun& reported, double level) {
  const Run& run = reported.run;
  const RunSummary& summary = reported.summary;
  std::string text = fmt::format("run        {}  ({})\n", printable(run.name), printable(run.source));
  text +=
      fmt::format("data set   {}{}\n", run.dataset.empty() ? "" : printable(run.dataset) + ", ", size_text(summary));
  if (!run.limits.empty()) text += fmt::format("limits     {}\n", printable(run.limits));
  if (summary.without_verdict > 0)
    text += fmt::format("open       {} without a verdict; `assay eval` again finishes the run\n",
                        counted(summary.without_verdict, "sample"));
  if (summary.base.empty())
    text += fmt::format("pass@k     none: {}\n\n", no_estimate_text(summary));
  else
    text += "\n" + curve_text(summary) + fmt::format("{:<11}{}\n\n", "", methods_text(summary, level));
  text += tally_text("base", summary.base_tally);
  if (run.has_plus) text += tally_text("plus", summary.plus_tally);
  text += fmt::format("problems   {} solved by all samples, {} by some, {} by none\n", summary.solved_always,
                      summary.solved_sometimes, summary.solved_never);
  if (!summary.flaky.empty())
    text += fmt::format("flaky      {} got different verdicts for the same program, {} first\n",
                        counted(summary.flaky.size(), "program"), printable(summary.flaky.front().task_id));
  if (summary.attempts) text += fmt::format("attempts   {}\n", attempts_text(*summary.attempts));
  return text;
}

std::string overview(const std::vector<ReportedRun>& runs) {
  std::size_t width = 3;
  for (const ReportedRun& reported : runs) width = std::max(width, printable(reported.run.name).size());
  std::string text = fmt::format("{:<{}}  {:<16} {:>8} {:>8}  {:<24} {}\n", "RUN", width, "DATA SET", "PROBLEMS",
                                 "SAMPLES", "BASE PASS@1", "PLUS PASS@1");
  for (const auto& [run, summary, texts] : runs)
    text += fmt::format("{:<{}}  {:<16} {:>8} {:>8}  {:<24} {}\n", printable(run.name), width,
                        run.dataset.empty() ? "-" : printable(run.dataset), summary.problems, summary.samples,
                        pass_at_1_text(summary.base), pass_at_1_text(summary.plus));
  return text + "\n";
}

}  // namespace

std::string size_text(const RunSummary& summary) {
  const std::string samples = summary.fewest == summary.most ? fmt::format("{}", summary.most)
                                                             : fmt::format("{} to {}", summary.fewest, summary.most);
  return fmt::format("{} × {} sample{}", counted(summary.problems, "problem"), samples, summary.most == 1 ? "" : "s");
}

std::string causes_text(const SetTally& tally, const Shown& shown) { return frequencies(tally.causes, shown); }

std::string attempts_text(const AttemptTally& tally, const Shown& shown) {
  const std::string kinds = tally.kinds.empty() ? "" : fmt::format(" ({})", frequencies(tally.kinds, shown));
  return fmt::format("{} tried something hostile{}", counted(tally.samples, "sample"), kinds);
}

std::string pass_at_1_text(const std::vector<Estimate>& curve) {
  const auto found = std::ranges::find(curve, std::uint64_t{1}, [](const Estimate& one) { return one.metric.k; });
  return found == curve.end() ? "-" : estimate_text(*found);
}

std::string no_estimate_text(const RunSummary& summary) {
  const std::uint64_t judged = summary.samples - summary.without_verdict;
  if (judged == 0) return "no sample is judged yet";
  if (summary.fewest_judged == 0)
    return fmt::format("{} of {} are judged, and some problem has none of them", judged,
                       counted(summary.samples, "sample"));
  return fmt::format("some problem has no more than {}", counted(summary.fewest_judged, "judged sample"));
}

std::vector<std::string> too_large_texts(const ReportedRun& reported) {
  std::vector<std::string> texts;
  for (const std::uint64_t k : reported.summary.too_large_ks)
    texts.push_back(fmt::format("{}: pass@{} is left out: it needs {} of each problem, and the fewest are {}",
                                printable(reported.run.name), k, counted(k, "judged sample"),
                                reported.summary.fewest_judged));
  return texts;
}

std::string methods_text(const RunSummary& summary, double level) {
  std::set<std::string_view> methods;
  for (const auto* curve : {&summary.base, &summary.plus})
    for (const Estimate& estimate : *curve) methods.insert(estimate.method.empty() ? "none" : estimate.method);
  std::string list;
  for (const std::string_view method : methods) list += fmt::format("{}{}", list.empty() ? "" : ", ", method);
  return fmt::format("in brackets: {} interval over problems ({})", level_text(level), list);
}

std::string report_text(const std::vector<ReportedRun>& runs, double level) {
  std::string text = runs.size() > 1 ? overview(runs) : "";
  for (const ReportedRun& reported : runs) {
    if (&reported != runs.data()) text += "\n";
    text += one_text(reported, level);
  }
  return text;
}

}  // namespace assay::reports
