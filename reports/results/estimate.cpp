#include "reports/results/estimate.h"

#include <algorithm>
#include <limits>

#include "reports/statistics/bootstrap.h"
#include "reports/statistics/pass_at_k_error.h"
#include "reports/statistics/proportion_interval.h"

namespace assay::reports {
namespace {

constexpr std::size_t draws = 10'000;
constexpr std::uint64_t bootstrap_seed = 164;

void put_share_interval(Estimate& estimate, std::uint64_t solved, std::uint64_t problems, double level) {
  constexpr std::uint64_t few = 10;
  const bool exact = std::min(solved, problems - solved) < few;
  estimate.interval = exact ? clopper_pearson(solved, problems, level) : wilson(solved, problems, level);
  estimate.method = exact ? "clopper-pearson" : "wilson";
}

void put_interval(Estimate& estimate, const std::vector<SampleCounts>& counts, double level) {
  std::vector<double> scores;
  bool whole = true;  // each problem is solved or not: a share of problems
  std::uint64_t solved = 0;
  for (const SampleCounts& problem : counts) {
    scores.push_back(pass_at_k(problem.samples, problem.correct, estimate.metric.k));
    whole = whole && (problem.samples == 1 || scores.back() == 0 || scores.back() == 1);
    solved += scores.back() == 1 ? 1 : 0;
  }
  if (whole) return put_share_interval(estimate, solved, counts.size(), level);
  estimate.interval = Bootstrap(scores, draws, bootstrap_seed).bca(level);
  if (estimate.interval) estimate.method = "bootstrap-bca";
}

}  // namespace

std::optional<Estimate> estimate(const Run& run, const Metric& metric, double level) {
  if (metric.set == TestSet::plus && !run.has_plus) return std::nullopt;
  const auto counts = counts_of(run, metric.set);
  const auto error = pass_at_k_error(counts, metric.k, level);
  if (!error) return std::nullopt;
  Estimate made;
  made.metric = metric;
  made.value = error->mean;
  made.se = error->se;
  made.sampling_se = error->sampling_se;
  put_interval(made, counts, level);
  return made;
}

std::vector<std::uint64_t> curve_of_k(const Run& run) {
  std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
  for (const SampleCounts& problem : counts_of(run, TestSet::base)) fewest = std::min(fewest, problem.samples);
  std::vector<std::uint64_t> ks;
  if (run.problems.empty()) return ks;
  for (std::uint64_t decade = 1; decade <= fewest && decade < 1'000'000; decade *= 10)
    for (const std::uint64_t step : {1U, 2U, 5U})
      if (decade * step <= fewest) ks.push_back(decade * step);
  if (!ks.empty() && ks.back() != fewest) ks.push_back(fewest);
  return ks;
}

}  // namespace assay::reports
