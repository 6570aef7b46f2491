#include "reports/output/comparison_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/output/comparison_data.h"
#include "reports/output/figures.h"
#include "reports/output/html_page.h"
#include "reports/output/origin_html.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

constexpr std::size_t most_flips = 5'000;          // of a kind, over all comparisons
constexpr std::size_t most_text_bytes = 8U << 20;  // of programs

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
                    {{"metric"},
                     {"verdict"},
                     {"base", true},
                     {"new", true},
                     {"points", true},
                     {"interval"},
                     {"p", true},
                     {"problems", true}},
                    rows);
}

/// Whether the table of flips has a column for remarks: one that is empty in all rows is none.
enum class Remarks { none, some };

Remarks remarks_of(const Comparison& comparison) {
  const auto remarked = [](const Flip& flip) { return flip.same_programs; };
  return std::ranges::any_of(comparison.broken, remarked) || std::ranges::any_of(comparison.fixed, remarked)
             ? Remarks::some
             : Remarks::none;
}

/// data-row numbers the record of flips_data(); data-key is what a column is sorted by, where its text is not.
std::string flip_row(const Flip& flip, std::size_t number, const char* change, Remarks remarks) {
  const double change_in_points = 100 * flip.difference;
  return fmt::format(
      "<tr data-row=\"{}\"><td class=\"id\">{}</td><td>{}</td><td data-key=\"{:.6g}\">{}</td><td class=\"number\" "
      "data-key=\"{:.6g}\">{}</td>{}</tr>\n",
      number, shown_in_html(first_bytes(flip.task_id, most_id_bytes)), change, change_in_points, flip_text(flip),
      change_in_points, points(flip.difference),
      remarks == Remarks::none ? ""
      : flip.same_programs     ? "<td>same programs: the verdicts wavered</td>"
                               : "<td></td>");
}

void add_flips(HtmlPage& page, const Comparison& comparison, std::size_t most, TextBudget& budget) {
  const std::size_t broken = comparison.broken.size(), fixed = comparison.fixed.size();
  page.add(fmt::format("<h3>Problems that changed: {} broken, {} fixed, {} the same</h3>\n", broken, fixed,
                       comparison.same));
  if (broken + fixed == 0) return;
  const Remarks remarks = remarks_of(comparison);
  std::string rows;
  std::size_t number = 0;
  for (std::size_t i = 0; i < std::min(most, broken); ++i)
    rows += flip_row(comparison.broken[i], number++, "broken", remarks);
  for (std::size_t i = 0; i < std::min(most, fixed); ++i)
    rows += flip_row(comparison.fixed[i], number++, "fixed", remarks);
  FlipsData data = flips_data(comparison, most, budget);
  if (const std::size_t more = broken + fixed - number; more > 0)
    page.add(fmt::format("<p class=\"faint\">Left out to keep the page small: {}.</p>\n", counted(more, "problem")));
  if (data.without_program > 0)
    page.add(fmt::format("<p class=\"faint\">Left out to keep the page small: programs of {}.</p>\n",
                         counted(data.without_program, "problem")));
  std::vector<HtmlColumn> columns{{"problem"}, {"change"}, {"base → new"}, {"points", true}};
  if (remarks == Remarks::some) columns.push_back({"remark"});
  page.add_view("flips", std::move(data.json), html_table("problems that changed", columns, rows));
}

void add_comparison(HtmlPage& page, const Comparison& comparison, const Gates& gates) {
  page.add(fmt::format("<h2>{} → {}</h2>\n<p>{}.</p>\n<p class=\"faint\">{}.</p>\n",
                       shown_in_html(comparison.base_run.name), shown_in_html(comparison.newer_run.name),
                       shown_in_html(headline(comparison)), shown_in_html(detectable_text(comparison))));
  for (const std::string& gate : fired_gates(comparison, gates))
    page.add(fmt::format("<p><strong>Gate: {}.</strong></p>\n", shown_in_html(gate)));
  if (!comparison.flaky.empty())
    page.add(fmt::format("<p>{} judged differently in the two runs though the same.</p>\n",
                         counted(comparison.flaky.size(), "program")));
  page.add("<div class=\"origins\">\n<section>" + origin_html(comparison.base_run) + "</section>\n<section>" +
           origin_html(comparison.newer_run) + "</section>\n</div>\n");
  for (const std::string& note : comparison.notes) page.add(fmt::format("<p>Note: {}.</p>\n", shown_in_html(note)));
}

std::string title(const std::vector<Comparison>& comparisons) {
  std::string names;
  for (const Comparison& comparison : comparisons)
    names += fmt::format("{}{} → {}", names.empty() ? "" : ", ", printable(comparison.base_run.name),
                         printable(comparison.newer_run.name));
  return "assay compare: " + std::string(first_bytes(names, most_id_bytes));
}

}  // namespace

std::string comparison_html(const std::vector<Comparison>& comparisons, const Gates& gates) {
  HtmlPage page(title(comparisons));
  TextBudget budget(most_text_bytes);
  const std::size_t most = most_flips / std::max<std::size_t>(1, comparisons.size());
  page.add("<h1>assay compare</h1>\n");
  page.add_view("differences", differences_data(comparisons), verdicts(comparisons));
  for (const Comparison& comparison : comparisons) {
    add_comparison(page, comparison, gates);
    add_flips(page, comparison, most, budget);
  }
  return page.str();
}

}  // namespace assay::reports
