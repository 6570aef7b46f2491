#include "reports/output/run_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/output/chart_data.h"
#include "reports/output/figures.h"
#include "reports/output/html_page.h"
#include "reports/output/origin_html.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

std::string curve(const RunSummary& summary) {
  const bool plus = !summary.plus.empty();
  std::string rows;
  for (std::size_t i = 0; i < summary.base.size(); ++i) {
    rows += fmt::format("<tr><th scope=\"row\">pass@{}</th><td>{}</td>", summary.base[i].metric.k,
                        estimate_text(summary.base[i]));
    if (plus) rows += fmt::format("<td>{}</td>", i < summary.plus.size() ? estimate_text(summary.plus[i]) : "");
    rows += "</tr>\n";
  }
  std::vector<HtmlColumn> columns{{""}, {"base"}};
  if (plus) columns.push_back({"plus"});
  return html_table("pass@k", columns, rows);
}

std::string tally_row_html(const char* set, const SetTally& counts) {
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{}</td><td>{}</td><td class=\"number\">{:.1f} s</td></tr>\n",
      set, counts.verdicts[0], counts.verdicts[1], counts.verdicts[2], escape_markup(causes_text(counts)),
      counts.cpu_seconds);
}

std::string tallies(const Run& run, const RunSummary& summary) {
  std::string rows = tally_row_html("base", summary.base_tally);
  if (run.has_plus) rows += tally_row_html("plus", summary.plus_tally);
  return html_table(
      "verdicts", {{"tests"}, {"pass", true}, {"fail", true}, {"timeout", true}, {"causes"}, {"CPU time", true}}, rows);
}

/// Why the problem's samples fell short.
std::string causes_of(const RunProblem& problem) {
  SetTally failures;
  for (const RunSample& sample : problem.samples)
    if (const SetResult* failed = first_failure(sample)) ++failures.causes[std::string(cause_word(*failed))];
  return causes_text(failures);
}

double cpu_seconds(const RunProblem& problem) {
  double seconds = 0;
  for (const RunSample& sample : problem.samples)
    for (const auto* result : {&sample.base, &sample.plus})
      if (*result) seconds += static_cast<double>((*result)->cpu_seconds);
  return seconds;
}

/// data-row numbers the record of problems_data(); data-key is what a column is sorted by, where its text is not.
std::string problems(const Run& run, std::size_t most) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, run.problems.size()); ++i) {
    const RunProblem& problem = run.problems[i];
    const SampleCounts counts = counts_of(problem, deciding_set(run));
    const double share =
        counts.samples == 0 ? 0 : static_cast<double>(counts.correct) / static_cast<double>(counts.samples);
    const double seconds = cpu_seconds(problem);
    rows += fmt::format(
        "<tr data-row=\"{0}\"><td class=\"id\" data-key=\"{0}\">{1}</td><td class=\"number\" data-key=\"{2:.6g}\">{3} "
        "of "
        "{4}</td><td>{5}</td><td class=\"number\" data-key=\"{6:.6g}\">{6:.2f} s</td></tr>\n",
        i, shown_in_html(first_bytes(problem.task_id, most_id_bytes)), share, counts.correct, counts.samples,
        escape_markup(causes_of(problem)), seconds);
  }
  return html_table("problems", {{"problem"}, {"correct", true}, {"causes of failures"}, {"CPU time", true}}, rows);
}

/// The runs in a row each, with links to their parts of the page.
std::string overview_table(const std::vector<ReportedRun>& runs) {
  std::string rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& [run, summary, texts] = runs[i];
    rows += fmt::format(
        "<tr><th scope=\"row\"><a href=\"#run-{}\">{}</a></th><td>{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
        i + 1, shown_in_html(run.name), shown_in_html(run.dataset), summary.problems, summary.samples,
        pass_at_1_text(summary.base), pass_at_1_text(summary.plus));
  }
  return html_table(
      "runs", {{"run"}, {"data set"}, {"problems", true}, {"samples", true}, {"base pass@1"}, {"plus pass@1"}}, rows);
}

std::string title(const std::vector<ReportedRun>& runs) {
  std::string names;
  for (const ReportedRun& reported : runs) names += (names.empty() ? "" : ", ") + printable(reported.run.name);
  return "assay: " + std::string(first_bytes(names, most_id_bytes));
}

void add_heading(HtmlPage& page, const ReportedRun& reported, std::size_t number) {
  const auto& [run, summary, texts] = reported;
  page.add(fmt::format("<h2 id=\"run-{}\">{}</h2>\n<p>{}{}.</p>\n", number, shown_in_html(run.name),
                       run.dataset.empty() ? "" : shown_in_html(run.dataset) + ", ", size_text(summary)));
  page.add(origin_html(origin_of(run)));
  if (summary.without_verdict > 0)
    page.add(
        fmt::format("<p><strong>{} without a verdict.</strong></p>\n", counted(summary.without_verdict, "sample")));
}

void add_problems(HtmlPage& page, const ReportedRun& reported, const PageBounds& bounds) {
  const RunSummary& summary = reported.summary;
  std::string text =
      fmt::format("<h3>Problems</h3>\n<p>{} solved by all samples, {} by some, {} by none.",
                  counted(summary.solved_always, "problem"), summary.solved_sometimes, summary.solved_never);
  if (!summary.flaky.empty())
    text += fmt::format(" {} got different verdicts for the same program.", counted(summary.flaky.size(), "program"));
  if (summary.attempts) text += fmt::format(" {}.", escape_markup(attempts_text(*summary.attempts)));
  page.add(text + "</p>\n");
  ProblemsData data = problems_data(reported, bounds);
  if (!data.left_out.empty()) page.add(fmt::format("<p class=\"faint\">{}</p>\n", data.left_out));
  page.add_view("problems", std::move(data.json), problems(reported.run, bounds.problems));
}

void add_run(HtmlPage& page, const ReportedRun& reported, std::size_t number, double level, const PageBounds& bounds) {
  const Run& run = reported.run;
  const RunSummary& summary = reported.summary;
  add_heading(page, reported, number);
  if (summary.base.empty()) {
    page.add(fmt::format("<p>No pass@k: {}.</p>\n", no_estimate_text(summary)));
  } else {
    page.add_view("pass-curve", curve_data(summary), curve(summary));
    page.add(fmt::format("<p class=\"faint\">{}.</p>\n", escape_markup(methods_text(summary, level))));
  }
  page.add("<h3>Verdicts</h3>\n");
  page.add_view("causes", causes_data(summary), tallies(run, summary));
  if (const std::string times = cpu_times_text(run); !times.empty()) {
    page.add("<h3>CPU time of a sample</h3>\n");
    page.add_view("cpu-times", cpu_times_data(run), fmt::format("<p>{}.</p>\n", times));
  }
  add_problems(page, reported, bounds);
}

}  // namespace

std::string report_html(const std::vector<ReportedRun>& runs, double level, const PageBounds& bounds) {
  HtmlPage page(title(runs));
  PageBounds each = bounds;
  for (std::size_t* bound : {&each.problems, &each.samples, &each.text_bytes})
    *bound /= std::max<std::size_t>(1, runs.size());
  page.add("<h1>assay report</h1>\n");
  if (runs.size() > 1) page.add(overview_table(runs));
  for (std::size_t i = 0; i < runs.size(); ++i) add_run(page, runs[i], i + 1, level, each);
  return page.str();
}

}  // namespace assay::reports
