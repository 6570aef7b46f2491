#include "harness/service/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::harness {

void Histogram::add(double seconds) {
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += seconds;
}

std::string Histogram::text(std::string_view name, std::string_view labels) const {
  std::string text;
  std::uint64_t below = 0;
  const std::string_view comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf";
    text += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, below);
  }
  const std::string braces = labels.empty() ? "" : fmt::format("{{{}}}", labels);
  return text + fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, braces, sum_, below);
}

void Metrics::request(std::string_view path, unsigned status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(path), status}];
  latencies_[std::string(path)].add(seconds);
}

void Metrics::waited(double seconds) {
  const std::lock_guard lock(mutex_);
  waits_.add(seconds);
}

void Metrics::ran(double seconds) {
  const std::lock_guard lock(mutex_);
  runs_.add(seconds);
}

void Metrics::item(std::string_view route, std::string_view verdict, std::string_view cause,
                   std::string_view integrity) {
  const std::lock_guard lock(mutex_);
  ++items_[fmt::format(R"(path="{}",verdict="{}",cause="{}",integrity="{}")", route, verdict, cause, integrity)];
}

void Metrics::error(std::string_view route) {
  const std::lock_guard lock(mutex_);
  ++errors_[fmt::format(R"(path="{}")", route)];
}

void Metrics::attempt(std::string_view kind) {
  const std::lock_guard lock(mutex_);
  ++attempts_[fmt::format(R"(kind="{}")", kind)];
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string text = metric_head("assay_requests_total", "counter", "requests answered; status 0: the client was gone");
  for (const auto& [key, count] : requests_)
    text += fmt::format("assay_requests_total{{path=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  text += metric_head("assay_request_seconds", "histogram", "from a request's first byte to its answer's last");
  for (const auto& [path, histogram] : latencies_)
    text += histogram.text("assay_request_seconds", fmt::format("path=\"{}\"", path));
  text += metric_head("assay_wait_seconds", "histogram", "what an item waited for a slot");
  text += waits_.text("assay_wait_seconds", "");
  text += metric_head("assay_run_seconds", "histogram", "what an item held a slot");
  text += runs_.text("assay_run_seconds", "");
  const auto add = [&](std::string_view name, std::string_view help, const auto& counts) {
    text += metric_head(name, "counter", help);
    for (const auto& [labels, count] : counts) text += fmt::format("{}{{{}}} {}\n", name, labels, count);
  };
  add("assay_items_total", "items judged or run, by verdict, cause and integrity", items_);
  add("assay_item_errors_total", "items without a result: we failed at them, or their tests are at fault", errors_);
  add("assay_attempts_total", "hostile acts by kind", attempts_);
  return text;
}

std::string metric_head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

std::string metric(std::string_view name, std::string_view type, std::string_view help, double value) {
  return metric_head(name, type, help) + fmt::format("{} {}\n", name, value);
}

}  // namespace assay::harness
