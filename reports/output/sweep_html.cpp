#include "reports/output/sweep_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "reports/output/figures.h"
#include "reports/output/html_page.h"
#include "reports/output/lines_data.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

using Of = std::function<LinePoint(const SweepPoint&)>;

Line line_of(const Sweep& sweep, std::string name, const Of& of) {
  Line line{std::move(name), {}};
  for (const SweepPoint& point : sweep.points) {
    LinePoint one = of(point);
    one.x = point.temperature;
    line.points.push_back(one);
  }
  return line;
}

/// The first, the last, and one between of the k that there are: more lines hide one another.
std::vector<std::size_t> shown_ks(std::size_t count) {
  if (count <= 3) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(i);
    return all;
  }
  return {0, count / 2, count - 1};
}

Lines pass_lines(const Sweep& sweep) {
  Lines lines{"temperature", "pass@k", {}};
  std::size_t count = sweep.points.front().curve().size();
  for (const SweepPoint& point : sweep.points) count = std::min(count, point.curve().size());
  for (const std::size_t i : shown_ks(count))
    lines.lines.push_back(
        line_of(sweep, fmt::format("pass@{}", sweep.points.front().curve()[i].metric.k), [i](const SweepPoint& point) {
          const Estimate& estimate = point.curve()[i];
          return LinePoint{0, estimate.value, estimate.interval};
        }));
  return lines;
}

Lines diversity_lines(const Sweep& sweep) {
  return {"temperature",
          "diversity",
          {line_of(sweep, "distinct",
                   [](const SweepPoint& p) {
                     return LinePoint{0, p.diversity.distinct, {}};
                   }),
           line_of(sweep, "differ", [](const SweepPoint& p) {
             return LinePoint{0, p.diversity.differ, {}};
           })}};
}

Lines order_lines(const Sweep& sweep) {
  Lines lines{"temperature", "AR-ness", {}};
  using Figures = std::map<std::uint64_t, std::optional<double>>;
  for (const auto& [name, figures] : {std::pair<const char*, Figures ArNess::*>("local", &ArNess::local),
                                      {"local_run", &ArNess::local_run},
                                      {"global", &ArNess::global}}) {
    const Figures& first = (*sweep.points.front().ar_ness).*figures;
    if (first.empty()) continue;
    lines.lines.push_back(
        line_of(sweep, fmt::format("{}@{}", name, first.begin()->first), [figures = figures](const SweepPoint& point) {
          const Figures& all = (*point.ar_ness).*figures;
          return LinePoint{0, all.empty() ? std::nullopt : all.begin()->second, {}};
        }));
  }
  return lines;
}

}  // namespace

std::string sweep_html(const Sweep& sweep) {
  HtmlPage page("assay sweep: " + printable(sweep.dataset));
  page.add(fmt::format("<h1>assay sweep</h1>\n<p>{}, {}: {}.</p>\n", shown_in_html(sweep.model),
                       shown_in_html(sweep.dataset), counted(sweep.points.size(), "temperature")));
  if (sweep.points.empty()) return page.str();
  page.add(fmt::format("<h2>pass@k</h2>\n<p class=\"faint\">By {} tests, with {} intervals over problems.</p>\n",
                       sweep.points.front().has_plus ? "base and plus" : "base", level_text(sweep.level)));
  add_lines(page, pass_lines(sweep));
  page.add(
      "<h2>Diversity</h2>\n<p class=\"faint\">distinct: different programs of a problem over its samples; differ: "
      "chance that two samples of a problem are different programs.</p>\n");
  add_lines(page, diversity_lines(sweep));
  if (std::ranges::all_of(sweep.points, [](const SweepPoint& point) { return point.ar_ness.has_value(); })) {
    page.add(
        "<h2>AR-ness</h2>\n<p class=\"faint\">How much the decoding went from left to right; means over "
        "samples.</p>\n");
    add_lines(page, order_lines(sweep));
  }
  std::string rows;
  for (const SweepPoint& point : sweep.points)
    rows += fmt::format("<tr><td class=\"number\">{}</td><td>{}</td><td class=\"number\">{}</td></tr>\n",
                        point.temperature, shown_in_html(point.run), point.summary.samples);
  page.add("<h2>Runs</h2>\n" + html_table("runs", {{"temperature", true}, {"run"}, {"samples", true}}, rows));
  return page.str();
}

}  // namespace assay::reports
