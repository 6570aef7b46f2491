#include "reports/output/run_html.h"

#include <fmt/format.h>

#include "reports/output/figures.h"
#include "reports/output/html_page.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

constexpr std::size_t most_id_bytes = 200;

std::string curve(const RunSummary& summary) {
  const bool plus = !summary.plus.empty();
  std::string rows;
  for (std::size_t i = 0; i < summary.base.size(); ++i) {
    rows += fmt::format("<tr><th scope=\"row\">pass@{}</th><td>{}</td>", summary.base[i].metric.k,
                        estimate_text(summary.base[i]));
    if (plus) rows += fmt::format("<td>{}</td>", i < summary.plus.size() ? estimate_text(summary.plus[i]) : "");
    rows += "</tr>\n";
  }
  return html_table("pass@k",
                    std::string("<th></th><th scope=\"col\">base</th>") + (plus ? "<th scope=\"col\">plus</th>" : ""),
                    rows);
}

std::string tally(const char* set, const SetTally& counts) {
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{}</td><td>{}</td><td class=\"number\">{:.1f} s</td></tr>\n",
      set, counts.verdicts[0], counts.verdicts[1], counts.verdicts[2], escape_markup(causes_text(counts)),
      counts.cpu_seconds);
}

std::string tallies(const Run& run, const RunSummary& summary) {
  std::string rows = tally("base", summary.base_tally);
  if (run.has_plus) rows += tally("plus", summary.plus_tally);
  return html_table("verdicts",
                    "<th scope=\"col\">tests</th><th scope=\"col\" class=\"number\">pass</th>"
                    "<th scope=\"col\" class=\"number\">fail</th><th scope=\"col\" class=\"number\">timeout</th>"
                    "<th scope=\"col\">causes</th><th scope=\"col\" class=\"number\">CPU time</th>",
                    rows);
}

/// Why the problem's samples fell short, by the first set of tests that each did not pass.
std::string causes_of(const RunProblem& problem) {
  SetTally failures;
  for (const RunSample& sample : problem.samples)
    for (const auto* result : {&sample.base, &sample.plus}) {
      if (!*result || (*result)->verdict == Verdict::pass) continue;
      ++failures.causes[(*result)->cause.empty() ? "unknown" : (*result)->cause];
      break;
    }
  return causes_text(failures);
}

std::string problems(const Run& run) {
  std::string rows;
  for (const RunProblem& problem : run.problems) {
    const SampleCounts counts = counts_of(problem, deciding_set(run));
    rows += fmt::format("<tr><td>{}</td><td class=\"number\">{} of {}</td><td>{}</td></tr>\n",
                        shown_in_html(problem.task_id.substr(0, most_id_bytes)), counts.correct, counts.samples,
                        escape_markup(causes_of(problem)));
  }
  return html_table("problems",
                    "<th scope=\"col\">problem</th><th scope=\"col\" class=\"number\">correct</th>"
                    "<th scope=\"col\">causes of failures</th>",
                    rows);
}

std::string section(const ReportedRun& reported, double level) {
  const auto& [run, summary] = reported;
  std::string text = fmt::format("<h2>{}</h2>\n<p>{}{}.</p>\n", shown_in_html(run.name),
                                 run.dataset.empty() ? "" : shown_in_html(run.dataset) + ", ", size_text(summary));
  if (!run.limits.empty()) text += fmt::format("<p class=\"faint\">Limits: {}.</p>\n", shown_in_html(run.limits));
  if (summary.without_verdict > 0)
    text += fmt::format("<p><strong>{} without a verdict.</strong></p>\n", counted(summary.without_verdict, "sample"));
  text += curve(summary) + fmt::format("<p class=\"faint\">{}.</p>\n", escape_markup(methods_text(summary, level)));
  text += "<h3>Verdicts</h3>\n" + tallies(run, summary);
  text += fmt::format("<h3>Problems</h3>\n<p>{} solved by all samples, {} by some, {} by none.",
                      counted(summary.solved_always, "problem"), summary.solved_sometimes, summary.solved_never);
  if (!summary.flaky.empty())
    text += fmt::format(" {} got different verdicts for the same program.", counted(summary.flaky.size(), "program"));
  if (summary.attempts) text += fmt::format(" {}.", escape_markup(attempts_text(*summary.attempts)));
  return text + "</p>\n" + problems(run);
}

}  // namespace

std::string report_html(const std::vector<ReportedRun>& runs, double level) {
  std::string body = "<h1>assay report</h1>\n";
  for (const ReportedRun& reported : runs) body += section(reported, level);
  return html_page(runs.size() == 1 ? "assay: " + printable(runs.front().run.name) : "assay report", body);
}

}  // namespace assay::reports
