#include "reports/statistics/comparison_verdict.h"

#include <cmath>

#include "reports/statistics/distributions.h"

namespace assay::reports {
namespace {

constexpr double rounding = 1e-12;
constexpr double points = 100;

Interval widened_interval(const PairedDifferences& differences, double alpha) {
  const double count = static_cast<double>(differences.values.size());
  double squares = 2;
  for (const double value : differences.values) squares += value * value;
  const double size = count + 2, centre = differences.mean * count / size;
  const double reach = normal_quantile(1 - alpha) * std::sqrt((squares / size - centre * centre) / size);
  return {centre - reach, centre + reach};
}

}  // namespace

std::string_view name(ComparisonVerdict verdict) {
  switch (verdict) {
    case ComparisonVerdict::regressed:
      return "regressed";
    case ComparisonVerdict::improved:
      return "improved";
    case ComparisonVerdict::unchanged:
      return "unchanged";
    case ComparisonVerdict::inconclusive:
      break;
  }
  return "inconclusive";
}

bool below(double p, double alpha) { return p < alpha * (1 - rounding); }

ComparisonVerdict decide_verdict(double difference, const OneSidedP& p, double alpha, const Interval& interval,
                                 std::optional<double> max_drop_points) {
  if (below(p.regressed, alpha) && difference < 0) return ComparisonVerdict::regressed;
  if (below(p.improved, alpha) && difference > 0) return ComparisonVerdict::improved;
  const double limit = max_drop_points.value_or(0) / points;
  if (max_drop_points && interval.low >= -limit - rounding && interval.high <= limit + rounding)
    return ComparisonVerdict::unchanged;
  return ComparisonVerdict::inconclusive;
}

ComparisonJudgement judge_comparison(const PairedDifferences& differences, const OneSidedP& p, double alpha,
                                     std::optional<double> max_drop_points) {
  const auto limit = max_drop_points ? std::optional(*max_drop_points / points) : std::nullopt;
  ComparisonJudgement judgement;
  judgement.interval = widened_interval(differences, alpha);
  judgement.max_drop_fires = limit && differences.mean < -*limit - rounding;
  judgement.noninferior = limit && judgement.interval.low > -*limit;
  judgement.verdict = decide_verdict(differences.mean, p, alpha, judgement.interval, max_drop_points);
  return judgement;
}

}  // namespace assay::reports
