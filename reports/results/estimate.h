#pragma once
/// pass@k of a run, with the interval that fits it.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "reports/runs/run.h"
#include "reports/statistics/interval.h"

namespace assay::reports {

/// Over the draw of problems. One sample a problem: Wilson's, and where fewer than ten problems passed or failed the
/// exact one of Clopper and Pearson. Several: the bootstrap over problems (BCa, 10,000 resamples, always the same).
/// No interval where all problems have one and the same score between 0 and 1: they say nothing of its spread.
struct Estimate {
  Metric metric;
  double value = 0;
  std::optional<Interval> interval;
  std::string_view method;                ///< "wilson", "clopper-pearson", "bootstrap-bca", "" without interval
  std::optional<double> se, sampling_se;  ///< statistics/pass_at_k_error.h
};

/// None where some problem has fewer than k samples with a verdict, or plus tests did not run.
[[nodiscard]] std::optional<Estimate> estimate(const Run& run, const Metric& metric, double level);

/// 1, 2, 5, 10, … up to the fewest samples that a problem has, and that number itself.
[[nodiscard]] std::vector<std::uint64_t> curve_of_k(const Run& run);

}  // namespace assay::reports
