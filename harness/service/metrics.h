#pragma once
/// Figures of the running service, in Prometheus's text format.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace assay::harness {

/// How long things took, in buckets.
class Histogram {
 public:
  static constexpr std::array<double, 14> bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                    0.25,  0.5,    1,     2.5,  5,     10,   30};
  void add(double seconds);
  /// The lines of one histogram. `labels`: `path="/v1/rewards"`, or empty.
  [[nodiscard]] std::string text(std::string_view name, std::string_view labels) const;

 private:
  std::array<std::uint64_t, bounds.size() + 1> counts_{};
  double sum_ = 0;
};

/// Counters by label, and latencies. Every member may be called from any thread.
class Metrics {
 public:
  void request(std::string_view path, unsigned status, double seconds);
  void waited(double seconds);  ///< an item, in the queue
  void ran(double seconds);     ///< an item, in its slot
  void item(std::string_view route, std::string_view verdict, std::string_view cause, std::string_view integrity);
  void error(std::string_view route);
  void attempt(std::string_view kind);
  /// What is counted here.
  [[nodiscard]] std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, unsigned>, std::uint64_t> requests_;
  std::map<std::string, Histogram> latencies_;
  Histogram waits_, runs_;
  std::map<std::string, std::uint64_t> items_, errors_, attempts_;
};

/// The head of one figure: `# HELP` and `# TYPE`.
[[nodiscard]] std::string metric_head(std::string_view name, std::string_view type, std::string_view help);
/// A figure without labels.
[[nodiscard]] std::string metric(std::string_view name, std::string_view type, std::string_view help, double value);

}  // namespace assay::harness
