#pragma once
/// Runs that differ in the temperature alone: how pass@k, diversity and the order of decoding change with it.
#include <optional>
#include <string>
#include <vector>

#include "reports/decoding/decoding_statistics.h"
#include "reports/results/diversity.h"
#include "reports/results/run_summary.h"

namespace assay::reports {

struct SweepPoint {
  double temperature = 0;
  std::string run;
  RunSummary summary;
  bool has_plus = false;
  Diversity diversity;
  std::optional<ArNess> ar_ness;  ///< pooled over samples; none where a server decoded

  /// Of the tests that decide whether a sample is right.
  [[nodiscard]] const std::vector<Estimate>& curve() const { return has_plus ? summary.plus : summary.base; }
};

struct Sweep {
  std::string dataset, model;
  std::vector<SweepPoint> points;  ///< by temperature, rising
  double level = 0.95;             ///< of the intervals
};

/// @param traced AR-ness of each sample that has a trace; empty: none is known
[[nodiscard]] SweepPoint sweep_point(double temperature, const Run& run, const std::vector<SampleArNess>& traced,
                                     std::span<const std::uint64_t> ks, const SummaryOptions& options);

}  // namespace assay::reports
