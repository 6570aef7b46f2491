#include "reports/statistics/pass_at_k_error.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/statistics/distributions.h"

namespace assay::reports {
namespace {

/// C(n−c, k) / C(n, k): the chance that k samples hold no correct one.
double none_of_k(const SampleCounts& problem, std::uint64_t k) {
  return 1 - pass_at_k(problem.samples, problem.correct, k);
}

std::optional<double> sampling_error(std::span<const SampleCounts> problems, std::uint64_t k) {
  double sum = 0;
  for (const SampleCounts& problem : problems) {
    if (problem.samples < 2 * k) return std::nullopt;
    const double none = none_of_k(problem, k);
    sum += none * none - none_of_k(problem, 2 * k);
  }
  return std::sqrt(std::max(0.0, sum)) / static_cast<double>(problems.size());
}

}  // namespace

std::optional<PassAtKError> pass_at_k_error(std::span<const SampleCounts> problems, std::uint64_t k, double level) {
  const auto mean = mean_pass_at_k(problems, k);
  if (!mean) return std::nullopt;
  PassAtKError error;
  error.mean = *mean;
  error.sampling_se = sampling_error(problems, k);
  const double count = static_cast<double>(problems.size());
  if (problems.size() < 2) return error;
  double squares = 0;
  for (const SampleCounts& problem : problems) {
    const double off = pass_at_k(problem.samples, problem.correct, k) - *mean;
    squares += off * off;
  }
  const double se = std::sqrt(squares / (count - 1) / count);
  const double z = two_sided_z(level), t = student_quantile((1 + level) / 2, count - 1);
  error.se = se;
  error.normal = Interval{*mean - z * se, *mean + z * se};
  error.t = Interval{*mean - t * se, *mean + t * se};
  return error;
}

std::optional<PerSampleError> per_sample_error(std::span<const SampleCounts> problems) {
  std::uint64_t samples = 0, correct = 0;
  for (const SampleCounts& problem : problems) {
    samples += problem.samples;
    correct += problem.correct;
  }
  if (problems.size() < 2 || samples == 0) return std::nullopt;
  const double all = static_cast<double>(samples), count = static_cast<double>(problems.size());
  PerSampleError error;
  error.mean = static_cast<double>(correct) / all;
  double squares = 0;
  for (const SampleCounts& problem : problems) {
    const double off = static_cast<double>(problem.correct) - static_cast<double>(problem.samples) * error.mean;
    squares += off * off;
  }
  error.se_clustered = std::sqrt(squares) / all;
  error.se_clustered_corrected = error.se_clustered * std::sqrt(count / (count - 1));
  return error;
}

}  // namespace assay::reports
