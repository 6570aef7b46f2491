#pragma once
/// What the charts of a report are given, as JSON, and what they show, in words. The views of reports/page/charts say
/// what they read.
#include <string>

#include "reports/results/run_summary.h"

namespace assay::reports {

/// Every estimate of both sets: [{set, k, value, low, high}].
[[nodiscard]] std::string curve_data(const RunSummary& summary);
/// Failures on each set for itself, most frequent first: [{set, cause, count}].
[[nodiscard]] std::string causes_data(const RunSummary& summary);
/// "Median 0.021 s, nine in ten below 0.4 s, longest 3.9 s"; empty where the source has no times.
[[nodiscard]] std::string cpu_times_text(const Run& run);
/// Samples by the CPU time of all their tests, ranges of a quarter of a decade: [{from, to, count}]. Samples without a
/// time that makes sense are not counted.
[[nodiscard]] std::string cpu_times_data(const Run& run);

}  // namespace assay::reports
