#include "reports/statistics/sign_flip.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "reports/statistics/random_numbers.h"

namespace assay::reports {
namespace {

constexpr std::uint64_t patterns_drawn = 100'000;
constexpr std::uint64_t sign_flip_seed = 20'250'620;
/// Steps of the exact way: some two seconds.
constexpr double most_steps = 2e9;

}  // namespace

SignFlip sign_flip_of_weights(std::span<const std::int64_t> weights, std::int64_t positive) {
  // T = Σ of the weights that are taken as positive, each with probability ½; Σ = 2T − all. long double: 2⁻ᴺ of 1,600
  // problems is no double.
  const std::int64_t all = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<long double> share(static_cast<std::size_t>(all) + 1, 0);
  share[0] = 1;
  std::size_t reached = 0;
  for (const std::int64_t weight : weights) {
    if (weight == 0) continue;  // both signs are the same pattern
    const auto step = static_cast<std::size_t>(weight);
    reached += step;
    for (std::size_t t = reached; t >= step; --t) share[t] = (share[t] + share[t - step]) / 2;
    for (std::size_t t = 0; t < step; ++t) share[t] /= 2;
  }
  long double at_most = 0, at_least = 0, as_far = 0;
  const std::int64_t off = std::abs(2 * positive - all);
  for (std::int64_t t = 0; t <= all; ++t) {
    const long double here = share[static_cast<std::size_t>(t)];
    if (t <= positive) at_most += here;
    if (t >= positive) at_least += here;
    if (std::abs(2 * t - all) >= off) as_far += here;
  }
  const auto probability = [](long double p) { return static_cast<double>(std::min(p, 1.0L)); };
  return {probability(as_far), probability(at_most), probability(at_least), true};
}

SignFlip sampled_sign_flip(std::span<const double> differences, std::uint64_t patterns, std::uint64_t start) {
  std::vector<double> values;
  for (const double value : differences)
    if (value != 0) values.push_back(value);
  const double observed = std::accumulate(values.begin(), values.end(), 0.0);
  constexpr double rounding = 1e-12;  // a sum that is equal but for rounding is as extreme
  const double slack = rounding * std::max(1.0, std::abs(observed));
  std::uint64_t as_far = 1, at_most = 1, at_least = 1;
  RandomNumbers random(start);
  for (std::uint64_t pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % 64 == 0) signs = random.bits();
      sum += (signs & 1U) != 0 ? values[i] : -values[i];
      signs >>= 1U;
    }
    as_far += std::abs(sum) >= std::abs(observed) - slack ? 1 : 0;
    at_most += sum <= observed + slack ? 1 : 0;
    at_least += sum >= observed - slack ? 1 : 0;
  }
  const auto share = [&](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(patterns + 1);
  };
  return {share(as_far), share(at_most), share(at_least), false};
}

SignFlip sign_flip(const PairedDifferences& differences) {
  // In units of their greatest common divisor the lattice is the smallest.
  std::int64_t unit = 0;
  for (const std::int64_t multiple : differences.multiples) unit = std::gcd(unit, multiple);
  std::vector<std::int64_t> weights;
  std::int64_t positive = 0, all = 0;
  for (const std::int64_t multiple : differences.multiples) {
    if (multiple == 0) continue;
    weights.push_back(std::abs(multiple) / unit);
    all += weights.back();
    if (multiple > 0) positive += weights.back();
  }
  const bool whole = differences.multiples.size() == differences.values.size();
  if (whole && all <= most_lattice && static_cast<double>(all) * static_cast<double>(weights.size()) <= most_steps)
    return sign_flip_of_weights(weights, positive);
  return sampled_sign_flip(differences.values, patterns_drawn, sign_flip_seed);
}

}  // namespace assay::reports
