#include "reports/statistics/paired_differences.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/statistics/distributions.h"

namespace assay::reports {
namespace {

/// Denominators up to this leave room to add up a million of their multiples.
constexpr std::int64_t most_denominator = 1LL << 40;

struct Fraction {
  std::int64_t over = 0, under = 1;
};

Fraction reduced(std::int64_t over, std::int64_t under) {
  const std::int64_t common = std::gcd(over, under);
  return {over / common, under / common};
}

/// pass@k exactly; none where its denominator is too large.
std::optional<Fraction> exact_pass_at_k(const SampleCounts& problem, std::uint64_t k) {
  const std::uint64_t n = problem.samples, c = problem.correct;
  if (n - c < k) return Fraction{1, 1};
  Fraction none{1, 1};
  const auto [few, many] = std::minmax(c, k);  // as in pass_at_k(): C(n−c, k) / C(n, k) is symmetric in c and k
  for (std::uint64_t i = n - few + 1; i <= n; ++i) {
    const auto [over, under] = reduced(static_cast<std::int64_t>(i - many), static_cast<std::int64_t>(i));
    const Fraction left = reduced(none.over, under), right = reduced(over, none.under);
    if (left.over > most_denominator / std::max<std::int64_t>(1, right.over) ||
        right.under > most_denominator / left.under)
      return std::nullopt;
    none = {left.over * right.over, right.under * left.under};
  }
  return Fraction{none.under - none.over, none.under};
}

std::optional<std::int64_t> common_multiple(std::int64_t a, std::int64_t b) {
  const std::int64_t step = b / std::gcd(a, b);
  return a > most_denominator / step ? std::nullopt : std::optional(a * step);
}

/// Fills `multiples` and `denominator`, or leaves them empty.
void find_multiples(PairedDifferences& differences, std::span<const SampleCounts> base,
                    std::span<const SampleCounts> newer, std::uint64_t k) {
  std::vector<std::pair<Fraction, Fraction>> scores;
  std::int64_t denominator = 1;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const auto before = exact_pass_at_k(base[i], k), after = exact_pass_at_k(newer[i], k);
    if (!before || !after) return;
    for (const Fraction& score : {*before, *after}) {
      const auto common = common_multiple(denominator, score.under);
      if (!common) return;
      denominator = *common;
    }
    scores.emplace_back(*before, *after);
  }
  differences.denominator = denominator;
  for (const auto& [before, after] : scores)
    differences.multiples.push_back(after.over * (denominator / after.under) -
                                    before.over * (denominator / before.under));
}

}  // namespace

std::optional<PairedDifferences> paired_differences(std::span<const SampleCounts> base,
                                                    std::span<const SampleCounts> newer, std::uint64_t k) {
  if (base.empty() || base.size() != newer.size() || !mean_pass_at_k(base, k) || !mean_pass_at_k(newer, k))
    return std::nullopt;
  PairedDifferences differences;
  find_multiples(differences, base, newer, k);
  constexpr double rounding = 1e-12;
  const double count = static_cast<double>(base.size());
  double sum = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    double value = pass_at_k(newer[i].samples, newer[i].correct, k) - pass_at_k(base[i].samples, base[i].correct, k);
    if (!differences.multiples.empty())
      value = static_cast<double>(differences.multiples[i]) / static_cast<double>(differences.denominator);
    else if (std::abs(value) < rounding)
      value = 0;
    differences.values.push_back(value);
    sum += value;
    ++(value > 0 ? differences.improved : value < 0 ? differences.regressed : differences.same);
  }
  if (differences.multiples.empty()) {
    differences.mean = sum / count;
  } else {
    const auto whole = std::accumulate(differences.multiples.begin(), differences.multiples.end(), std::int64_t{0});
    differences.mean = static_cast<double>(whole) / (static_cast<double>(differences.denominator) * count);
  }
  return differences;
}

std::optional<PairedError> paired_error(const PairedDifferences& differences, double level) {
  const double count = static_cast<double>(differences.values.size());
  if (count < 2) return std::nullopt;
  const auto& values = differences.values;
  double squares = 0;
  for (const double value : values) squares += (value - differences.mean) * (value - differences.mean);
  // Equal differences have no spread; their mean may be an ulp off.
  const bool equal = std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  constexpr double power = 0.8;
  PairedError error;
  error.se = equal ? 0 : std::sqrt(squares / (count - 1) / count);
  const double reach = student_quantile((1 + level) / 2, count - 1) * error.se;
  error.interval = {differences.mean - reach, differences.mean + reach};
  error.detectable = (two_sided_z(level) + normal_quantile(power)) * error.se;
  if (error.se > 0) {
    error.t = differences.mean / error.se;
    error.p_t = student_two_sided_p(*error.t, count - 1);
  }
  return error;
}

}  // namespace assay::reports
