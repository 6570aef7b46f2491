#include "reports/results/sweep.h"

namespace assay::reports {

SweepPoint sweep_point(double temperature, const Run& run, const std::vector<SampleArNess>& traced,
                       std::span<const std::uint64_t> ks, const SummaryOptions& options) {
  SweepPoint point;
  point.temperature = temperature;
  point.run = run.name;
  point.summary = summarize(run, options);
  point.has_plus = run.has_plus;
  point.diversity = diversity(run);
  if (!traced.empty()) point.ar_ness = pooled(traced, ks);
  return point;
}

}  // namespace assay::reports
