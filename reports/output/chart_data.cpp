#include "reports/output/chart_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/output/json_text.h"

namespace assay::reports {
namespace {

using Items = std::vector<std::string>;

void add_curve(Items& items, std::string_view set, const std::vector<Estimate>& curve) {
  for (const Estimate& estimate : curve)
    items.push_back(JsonObject()
                        .add_text("set", set)
                        .add_count("k", estimate.metric.k)
                        .add_number("value", estimate.value)
                        .add_number("low", estimate.interval ? std::optional(estimate.interval->low) : std::nullopt)
                        .add_number("high", estimate.interval ? std::optional(estimate.interval->high) : std::nullopt)
                        .str());
}

struct CauseCount {
  std::string_view set, cause;
  std::uint64_t count;
};

void add_causes(std::vector<CauseCount>& counts, std::string_view set, const SetTally& tally) {
  for (const auto& [cause, count] : tally.causes) counts.push_back({set, cause, count});
}

/// CPU time of each sample on both sets; of those that have one.
std::vector<double> sample_seconds(const Run& run) {
  std::vector<double> all;
  for (const RunProblem& problem : run.problems)
    for (const RunSample& sample : problem.samples) {
      double seconds = 0;
      for (const auto* result : {&sample.base, &sample.plus})
        if (*result) seconds += static_cast<double>((*result)->cpu_seconds);
      if (seconds > 0 && std::isfinite(seconds)) all.push_back(seconds);
    }
  return all;
}

}  // namespace

std::string curve_data(const RunSummary& summary) {
  Items items;
  add_curve(items, "base", summary.base);
  add_curve(items, "plus", summary.plus);
  return json_array(items);
}

std::string causes_data(const RunSummary& summary) {
  std::vector<CauseCount> counts;
  add_causes(counts, "base", summary.base_tally);
  add_causes(counts, "plus", summary.plus_tally);
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  Items items;
  for (const CauseCount& row : counts)
    items.push_back(
        JsonObject().add_text("set", row.set).add_text("cause", row.cause).add_count("count", row.count).str());
  return json_array(items);
}

std::string cpu_times_text(const Run& run) {
  std::vector<double> all = sample_seconds(run);
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  const auto share = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  constexpr double half = 0.5, most = 0.9;
  return fmt::format("Median {:.3f} s, nine in ten up to {:.3f} s, longest {:.3f} s", share(half), share(most),
                     all.back());
}

std::string cpu_times_data(const Run& run) {
  constexpr double ranges_a_decade = 4;
  std::map<int, std::uint64_t> counts;
  for (const double seconds : sample_seconds(run))
    ++counts[static_cast<int>(std::floor(ranges_a_decade * std::log10(seconds)))];
  Items items;
  const auto edge = [&](int range) { return std::pow(10, range / ranges_a_decade); };
  for (const auto& [range, count] : counts)
    items.push_back(
        JsonObject().add_number("from", edge(range)).add_number("to", edge(range + 1)).add_count("count", count).str());
  return json_array(items);
}

}  // namespace assay::reports
