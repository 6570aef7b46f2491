#pragma once
/// How far off a mean pass@k may be. The problem is the cluster: its samples resemble one another, problems do not.
///
/// Source: Miller 2024, Adding error bars to evals, arXiv 2411.00640.
#include <cstdint>
#include <optional>
#include <span>

#include "reports/pass_at_k.h"
#include "reports/statistics/interval.h"

namespace assay::reports {

struct PassAtKError {
  double mean = 0;
  /// √(Σ(pᵢ − p̄)² / (N−1) / N) over the problems' pass@k: the draw of problems and of samples. None for N = 1.
  std::optional<double> se;
  /// p̄ ± z·se and p̄ ± t·se (N−1 degrees of freedom), not cut at 0 and 1. Too narrow for few problems or scores near 0
  /// or 1 (Bowyer 2025, arXiv 2503.01747).
  std::optional<Interval> normal, t;
  /// The same problems, fresh samples: √(Σ vᵢ) / N with vᵢ = (C(n−c, k)/C(n, k))² − C(n−c, 2k)/C(n, 2k), unbiased for
  /// the variance of one problem's pass@k. None where some n < 2k.
  std::optional<double> sampling_se;
};

/// None where mean_pass_at_k() is.
[[nodiscard]] std::optional<PassAtKError> pass_at_k_error(std::span<const SampleCounts> problems, std::uint64_t k,
                                                          double level);

/// All samples weighed alike, whatever problem they are of (k = 1). se_clustered = √(Σ over problems (Σ over samples
/// (s − s̄))²) / (number of samples), Miller's appendix A; se_clustered_corrected times √(N/(N−1)).
struct PerSampleError {
  double mean = 0, se_clustered = 0, se_clustered_corrected = 0;
};

/// None for fewer than two problems, or without samples.
[[nodiscard]] std::optional<PerSampleError> per_sample_error(std::span<const SampleCounts> problems);

}  // namespace assay::reports
