#include "reports/output/decoding_html.h"

#include <fmt/format.h>

#include "reports/output/figures.h"
#include "reports/output/html_page.h"
#include "reports/output/json_text.h"
#include "reports/output/lines_data.h"
#include "reports/output/page_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

Lines ar_ness_lines(const ArNess& pooled) {
  Lines lines{"k", "AR-ness@k", {}};
  for (const auto& [name, figures] :
       {std::pair("local", &pooled.local), {"local_run", &pooled.local_run}, {"global", &pooled.global}}) {
    Line line{name, {}};
    for (const auto& [k, value] : *figures) line.points.push_back({static_cast<double>(k), value, std::nullopt});
    lines.lines.push_back(std::move(line));
  }
  return lines;
}

std::string heat_json(const FillHeat& heat) {
  std::vector<std::string> cells;
  for (std::size_t row = 0; row < heat.rows(); ++row)
    for (std::size_t column = 0; column < heat.columns(); ++column)
      cells.push_back(json_number(heat.share(row, column)));
  return JsonObject()
      .add_count("rows", heat.rows())
      .add_count("columns", heat.columns())
      .add("shares", json_array(cells))
      .str();
}

/// In percent, a row a part of the decoding.
std::string heat_table(const FillHeat& heat) {
  std::vector<std::string> names;
  for (std::size_t column = 0; column < heat.columns(); ++column) names.push_back(std::to_string(column + 1));
  std::vector<HtmlColumn> columns{{"steps"}};
  for (const std::string& name : names) columns.push_back({name, true});
  std::string rows;
  for (std::size_t row = 0; row < heat.rows(); ++row) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", row + 1);
    for (std::size_t column = 0; column < heat.columns(); ++column) {
      const auto share = heat.share(row, column);
      rows += fmt::format("<td class=\"number\">{}</td>", share ? fmt::format("{:.0f}", *share * 100) : "");
    }
    rows += "</tr>\n";
  }
  return html_table("order of filling, in percent", columns, rows);
}

/// What each step filled; steps that filled nothing that is shown are passed over.
std::string replay_table(const Replay& replay) {
  std::string rows;
  for (std::size_t t = 0; t < replay.steps.size(); ++t) {
    if (replay.steps[t].empty()) continue;
    std::string places, texts;
    for (const std::size_t place : replay.steps[t]) {
      places += fmt::format("{}{}", places.empty() ? "" : ", ", place);
      texts += fmt::format("<code>{}</code> ", shown_in_html(replay.texts[place]));
    }
    rows += fmt::format("<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n", t + 1, places, texts);
  }
  return html_table("steps", {{"step", true}, {"positions"}, {"tokens"}}, rows);
}

std::string left_out(const DecodingPage& page) {
  std::string text;
  if (page.replays.size() < page.heat.samples())
    text += fmt::format("Shown are the first {} of {} samples. ", page.replays.size(), page.heat.samples());
  std::size_t cut = 0;
  for (const Replay& replay : page.replays)
    cut += replay.steps.size() < replay.all_steps || replay.texts.size() < replay.all_positions ? 1 : 0;
  if (cut > 0) text += fmt::format("Of {}, steps or positions beyond the first are left out. ", counted(cut, "sample"));
  return text.empty() ? "" : fmt::format("<p class=\"faint\">{}</p>\n", text);
}

void add_replays(HtmlPage& page, const DecodingPage& content) {
  page.add("<h2>Step by step</h2>\n" + left_out(content));
  for (const Replay& replay : content.replays) {
    const std::string name = shown_in_html(first_bytes(replay.task_id, most_id_bytes)) +
                             (replay.sample_id.empty() ? "" : ", sample " + shown_in_html(replay.sample_id));
    page.add(fmt::format("<h3>{}</h3>\n", name));
    page.add_view("replay", replay_json(replay),
                  fmt::format("<details><summary>{}, {}</summary>\n{}</details>\n", counted(replay.all_steps, "step"),
                              counted(replay.all_positions, "position"), replay_table(replay)));
  }
}

}  // namespace

std::string decoding_html(const DecodingPage& content) {
  HtmlPage page("assay: how " + printable(content.source) + " was decoded");
  page.add(
      fmt::format("<h1>How it was decoded</h1>\n<p>{}, {}.</p>\n<h2>AR-ness</h2>\n"
                  "<p class=\"faint\">local: the k positions filled just before are the k to the left; local_run: "
                  "runs of k + 1 fills, each one to the right of the one before; global: among the k leftmost "
                  "unfilled. Means over samples.</p>\n",
                  shown_in_html(content.source), counted(content.heat.samples(), "sample")));
  add_lines(page, ar_ness_lines(content.pooled));
  if (content.heat.samples() > 0) {
    page.add(
        "<h2>Order of filling</h2>\n<p class=\"faint\">Of each part of the text (columns, left to right), the share "
        "that each part of the decoding (rows, first to last) filled. From left to right is the diagonal.</p>\n");
    page.add_view("fill-heat", heat_json(content.heat),
                  "<details><summary>Figures</summary>\n" + heat_table(content.heat) + "</details>\n");
  }
  if (!content.replays.empty()) add_replays(page, content);
  return page.str();
}

}  // namespace assay::reports
