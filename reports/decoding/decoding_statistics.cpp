#include "reports/decoding/decoding_statistics.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "reports/decoding/ar_ness.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

namespace json = boost::json;

using Figures = std::map<std::uint64_t, std::optional<double>>;

struct Reading {
  const char* key;
  Figures ArNess::*figures;
  std::optional<double> (*of)(std::span<const std::int64_t>, std::uint64_t);
};

constexpr Reading readings[] = {{"local", &ArNess::local, local_ar_ness},
                                {"local_run", &ArNess::local_run, local_run_ar_ness},
                                {"global", &ArNess::global, global_ar_ness}};

void append(json::object& object, const ArNess& values) {
  for (const Reading& reading : readings) {
    json::object figures;
    for (const auto& [k, value] : values.*reading.figures)
      figures[std::to_string(k)] = value ? json::value(*value) : json::value(nullptr);
    object[reading.key] = std::move(figures);
  }
}

std::string figure(const std::optional<double>& value) { return value ? fmt::format("{:8.4f}", *value) : "       -"; }

}  // namespace

ArNess ar_ness(std::span<const std::int64_t> order, std::span<const std::uint64_t> ks) {
  ArNess values;
  for (const std::uint64_t k : ks)
    for (const Reading& reading : readings) (values.*reading.figures)[k] = reading.of(order, k);
  return values;
}

SampleArNess sample_ar_ness(const Trace& trace, Positions positions, std::span<const std::int64_t> end_tokens,
                            std::span<const std::uint64_t> ks) {
  const auto order = fill_order(trace, positions, end_tokens);
  return {trace.task_id, trace.sample_id, trace.numbered, order.size(), ar_ness(order, ks)};
}

ArNess pooled(const std::vector<SampleArNess>& samples, std::span<const std::uint64_t> ks) {
  ArNess pool;
  for (const std::uint64_t k : ks) {
    for (const Reading& reading : readings) {
      double sum = 0;
      std::size_t count = 0;
      for (const SampleArNess& sample : samples) {
        const std::optional<double>& value = (sample.values.*reading.figures).at(k);
        if (!value) continue;
        sum += *value;
        ++count;
      }
      (pool.*reading.figures)[k] = count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
    }
  }
  return pool;
}

std::string ar_ness_json(const std::vector<SampleArNess>& samples, const ArNess& pooled) {
  json::array rows;
  for (const SampleArNess& sample : samples) {
    json::object row;
    row["task_id"] = valid_utf8(sample.task_id);
    row["sample_id"] = sample.numbered ? json::parse(sample.sample_id) : json::value(valid_utf8(sample.sample_id));
    row["fills"] = sample.fills;
    append(row, sample.values);
    rows.push_back(std::move(row));
  }
  json::object pool;
  append(pool, pooled);
  return json::serialize(json::object{{"samples", std::move(rows)}, {"pooled", std::move(pool)}});
}

std::string ar_ness_text(const std::vector<SampleArNess>& samples, const ArNess& pooled) {
  std::string text = fmt::format("{:<28}", "AR-ness@k");
  for (const auto& [k, value] : pooled.local) text += fmt::format("{:>8}", k);
  text += '\n';
  for (const Reading& reading : readings) {
    text += fmt::format("{:<28}", fmt::format("{}, {} samples", reading.key, samples.size()));
    for (const auto& [k, value] : pooled.*reading.figures) text += figure(value);
    text += '\n';
  }
  for (const SampleArNess& sample : samples) {
    text += fmt::format("\n{} {} ({} fills)\n", printable(sample.task_id), printable(sample.sample_id), sample.fills);
    for (const Reading& reading : readings) {
      text += fmt::format("  {:<26}", reading.key);
      for (const auto& [k, value] : sample.values.*reading.figures) text += figure(value);
      text += '\n';
    }
  }
  return text;
}

}  // namespace assay::reports
