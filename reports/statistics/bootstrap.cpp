#include "reports/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/statistics/distributions.h"
#include "reports/statistics/random_numbers.h"

namespace assay::reports {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Bootstrap::Bootstrap(std::span<const double> scores, std::size_t draws, std::uint64_t seed)
    : scores_(scores.begin(), scores.end()) {
  // Sums in another order differ in their last digits; sorted scores in few distinct values would not. Equal means are
  // recognised below by a tolerance instead.
  RandomNumbers random(seed);
  means_.reserve(draws);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    double sum = 0;
    for (std::size_t i = 0; i < scores_.size(); ++i) sum += scores_[random.below(scores_.size())];
    means_.push_back(sum / static_cast<double>(scores_.size()));
  }
  std::sort(means_.begin(), means_.end());
}

double Bootstrap::mean() const { return mean_of(means_); }

double Bootstrap::sd() const {
  const double centre = mean();
  double squares = 0;
  for (const double value : means_) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(means_.size()));
}

/// The smallest value with a share of at least p at or below it.
double Bootstrap::quantile(double p) const {
  const double rank = std::ceil(p * static_cast<double>(means_.size()));
  const auto place = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(means_.size())));
  return means_[place - 1];
}

Interval Bootstrap::percentile(double level) const { return {quantile((1 - level) / 2), quantile((1 + level) / 2)}; }

double Bootstrap::z0() const {
  constexpr double rounding = 1e-12;
  const double centre = mean_of(scores_);
  const auto below = std::lower_bound(means_.begin(), means_.end(), centre - rounding) - means_.begin();
  const auto up_to = std::upper_bound(means_.begin(), means_.end(), centre + rounding) - means_.begin();
  return normal_quantile((static_cast<double>(below) + static_cast<double>(up_to)) / 2 /
                         static_cast<double>(means_.size()));
}

std::optional<double> Bootstrap::acceleration() const {
  // With all others at equal weight, x̄₍.₎ − x̄₍ᵢ₎ = (xᵢ − x̄) / (N − 1): the factor cancels.
  const double centre = mean_of(scores_);
  double squares = 0, cubes = 0;
  for (const double score : scores_) {
    const double off = score - centre;
    squares += off * off;
    cubes += off * off * off;
  }
  if (std::adjacent_find(scores_.begin(), scores_.end(), std::not_equal_to<>()) == scores_.end()) return std::nullopt;
  return cubes / (6 * std::pow(squares, 1.5));
}

std::optional<Interval> Bootstrap::bca(double level) const {
  const auto a = acceleration();
  const double bias = z0();
  if (!a || !std::isfinite(bias)) return std::nullopt;
  const auto bound = [&](double z) {
    const double denominator = 1 - *a * (bias + z);
    return denominator > 0 ? std::optional(quantile(normal_cdf(bias + (bias + z) / denominator))) : std::nullopt;
  };
  const double z = two_sided_z(level);
  const auto low = bound(-z), high = bound(z);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

}  // namespace assay::reports
