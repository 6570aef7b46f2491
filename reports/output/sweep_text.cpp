#include "reports/output/sweep_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/output/figures.h"
#include "reports/output/json_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

using Table = std::vector<std::vector<std::string>>;

/// Columns as wide as their widest cell, two blanks apart.
std::string columns(const Table& table) {
  std::vector<std::size_t> widths;
  for (const auto& row : table) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : table) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string share(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

std::string smallest_k(const std::map<std::uint64_t, std::optional<double>>& figures) {
  return figures.empty() ? "-" : share(figures.begin()->second);
}

std::string brief_estimates_json(const std::vector<Estimate>& estimates) {
  JsonObject object;
  for (const Estimate& estimate : estimates) {
    JsonObject one;
    one.add_number("value", estimate.value);
    one.add("interval", estimate.interval
                            ? json_array({json_number(estimate.interval->low), json_number(estimate.interval->high)})
                            : "null");
    object.add(std::to_string(estimate.metric.k), one.str());
  }
  return object.str();
}

std::string figures_json(const std::map<std::uint64_t, std::optional<double>>& figures) {
  JsonObject object;
  for (const auto& [k, value] : figures) object.add_number(std::to_string(k), value);
  return object.str();
}

std::string point_json(const SweepPoint& point) {
  JsonObject pass;
  pass.add("base", brief_estimates_json(point.summary.base));
  pass.add("plus", point.has_plus ? brief_estimates_json(point.summary.plus) : "null");
  JsonObject different;
  different.add_number("distinct", point.diversity.distinct).add_number("differ", point.diversity.differ);
  std::string order = "null";
  if (point.ar_ness)
    order = JsonObject()
                .add("local", figures_json(point.ar_ness->local))
                .add("local_run", figures_json(point.ar_ness->local_run))
                .add("global", figures_json(point.ar_ness->global))
                .str();
  return JsonObject()
      .add_number("temperature", point.temperature)
      .add_text("run", point.run)
      .add_count("problems", point.summary.problems)
      .add_count("samples", point.summary.samples)
      .add("pass_at_k", pass.str())
      .add("diversity", different.str())
      .add("ar_ness", order)
      .str();
}

}  // namespace

std::string sweep_text(const Sweep& sweep) {
  Table table;
  const bool traced =
      std::ranges::any_of(sweep.points, [](const SweepPoint& point) { return point.ar_ness.has_value(); });
  for (const SweepPoint& point : sweep.points) {
    const auto& curve = point.curve();
    if (table.empty()) {
      table.push_back({"temperature"});
      if (!curve.empty()) table[0].push_back("pass@1");
      if (curve.size() > 1) table[0].push_back(fmt::format("pass@{}", curve.back().metric.k));
      table[0].insert(table[0].end(), {"distinct", "differ"});
      if (traced) {
        const std::string k =
            point.ar_ness && !point.ar_ness->local.empty() ? std::to_string(point.ar_ness->local.begin()->first) : "1";
        table[0].insert(table[0].end(), {"local@" + k, "local_run@" + k, "global@" + k});
      }
      table[0].push_back("run");
    }
    std::vector<std::string> row{fmt::format("{}", point.temperature)};
    if (!curve.empty()) row.push_back(estimate_text(curve.front()));
    if (curve.size() > 1) row.push_back(estimate_text(curve.back()));
    row.insert(row.end(), {share(point.diversity.distinct), share(point.diversity.differ)});
    if (traced) {
      const ArNess none;
      const ArNess& order = point.ar_ness ? *point.ar_ness : none;
      row.insert(row.end(), {smallest_k(order.local), smallest_k(order.local_run), smallest_k(order.global)});
    }
    row.push_back(printable(point.run));
    table.push_back(std::move(row));
  }
  const std::string tests =
      !sweep.points.empty() && sweep.points.front().has_plus ? "base and plus tests" : "base tests";
  return fmt::format("{}, {}: {}, {} interval over problems in brackets\n\n{}\n", printable(sweep.model),
                     printable(sweep.dataset), tests, level_text(sweep.level), columns(table)) +
         "distinct   different programs of a problem / its samples\n"
         "differ     chance that two samples of a problem are different programs\n" +
         (traced ? "local …    how much the decoding went from left to right (docs/statistics.md)\n" : "");
}

std::string sweep_json(const Sweep& sweep) {
  std::vector<std::string> points;
  for (const SweepPoint& point : sweep.points) points.push_back(point_json(point));
  return JsonObject()
      .add_text("dataset", sweep.dataset)
      .add_text("model", sweep.model)
      .add_number("level", sweep.level)
      .add("temperatures", json_array(points))
      .str();
}

}  // namespace assay::reports
