#include "reports/output/comparison_html.h"

#include <fmt/format.h>

#include "reports/output/figures.h"
#include "reports/output/html_page.h"

namespace assay::reports {
namespace {

constexpr std::size_t most_id_bytes = 200;

std::string verdicts(const std::vector<Comparison>& comparisons) {
  std::string rows;
  for (const Comparison& comparison : comparisons)
    rows += fmt::format(
        "<tr><th scope=\"row\">{}{}</th><td><strong>{}</strong></td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td><td class=\"number\">{}</td><td>{} {}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td></tr>\n",
        comparison.dataset.empty() ? "" : shown_in_html(comparison.dataset) + " ", name(comparison.metric),
        name(comparison.judgement.verdict), percent(comparison.base), percent(comparison.newer),
        points(comparison.difference), level_text(1 - 2 * comparison.alpha),
        points_interval_text(comparison.judgement.interval), p_text(p_of(comparison)), comparison.problems);
  return html_table("verdicts",
                    "<th scope=\"col\">metric</th><th scope=\"col\">verdict</th>"
                    "<th scope=\"col\" class=\"number\">base</th><th scope=\"col\" class=\"number\">new</th>"
                    "<th scope=\"col\" class=\"number\">points</th><th scope=\"col\">interval</th>"
                    "<th scope=\"col\" class=\"number\">p</th><th scope=\"col\" class=\"number\">problems</th>",
                    rows);
}

std::string flips(const char* title, const std::vector<Flip>& changed) {
  if (changed.empty()) return "";
  std::string rows;
  for (const Flip& flip : changed)
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        shown_in_html(flip.task_id.substr(0, most_id_bytes)), flip_text(flip),
                        flip.same_programs ? "same programs: the verdicts wavered" : "");
  return fmt::format("<h3>{}: {}</h3>\n", title, counted(changed.size(), "problem")) +
         html_table(title,
                    "<th scope=\"col\">problem</th><th scope=\"col\">base → new</th><th scope=\"col\">remark</th>",
                    rows);
}

std::string section(const Comparison& comparison, const Gates& gates) {
  std::string text = fmt::format("<h2>{} → {}</h2>\n<p>{}.</p>\n<p class=\"faint\">{}.</p>\n",
                                 shown_in_html(comparison.base_name), shown_in_html(comparison.newer_name),
                                 shown_in_html(headline(comparison)), shown_in_html(detectable_text(comparison)));
  for (const std::string& gate : fired_gates(comparison, gates))
    text += fmt::format("<p><strong>Gate: {}.</strong></p>\n", shown_in_html(gate));
  if (!comparison.flaky.empty())
    text += fmt::format("<p>{} judged differently in the two runs though the same.</p>\n",
                        counted(comparison.flaky.size(), "program"));
  for (const std::string& note : comparison.notes) text += fmt::format("<p>Note: {}.</p>\n", shown_in_html(note));
  return text + flips("Broken", comparison.broken) + flips("Fixed", comparison.fixed);
}

}  // namespace

std::string comparison_html(const std::vector<Comparison>& comparisons, const Gates& gates) {
  std::string body = "<h1>assay compare</h1>\n" + verdicts(comparisons);
  for (const Comparison& comparison : comparisons) body += section(comparison, gates);
  return html_page("assay compare", body);
}

}  // namespace assay::reports
