#include "reports/output/lines_data.h"

#include <fmt/format.h>

#include "reports/output/json_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

std::string figure(const LinePoint& point) {
  if (!point.y) return "-";
  if (!point.interval) return fmt::format("{:.3f}", *point.y);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", *point.y, point.interval->low, point.interval->high);
}

std::string table(const Lines& lines) {
  std::vector<HtmlColumn> columns{{lines.x}};
  for (const Line& line : lines.lines) columns.push_back({line.name, true});
  std::string rows;
  for (std::size_t i = 0; !lines.lines.empty() && i < lines.lines.front().points.size(); ++i) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", lines.lines.front().points[i].x);
    for (const Line& line : lines.lines) rows += fmt::format("<td class=\"number\">{}</td>", figure(line.points[i]));
    rows += "</tr>\n";
  }
  return html_table(lines.y, columns, rows);
}

std::string line_json(const Line& line) {
  std::vector<std::string> points;
  for (const LinePoint& point : line.points) {
    JsonObject one;
    one.add_number("x", point.x).add_number("y", point.y);
    one.add_number("low", point.interval ? std::optional(point.interval->low) : std::nullopt);
    one.add_number("high", point.interval ? std::optional(point.interval->high) : std::nullopt);
    points.push_back(one.str());
  }
  return JsonObject().add_text("name", line.name).add("points", json_array(points)).str();
}

}  // namespace

void add_lines(HtmlPage& page, const Lines& lines) {
  std::vector<std::string> all;
  for (const Line& line : lines.lines) all.push_back(line_json(line));
  std::string json = JsonObject().add_text("x", lines.x).add_text("y", lines.y).add("lines", json_array(all)).str();
  page.add_view("lines", std::move(json), table(lines));
}

}  // namespace assay::reports
