#include "reports/statistics/paired_permutation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/statistics/random_numbers.h"
#include "reports/statistics/sign_flip.h"

namespace assay::reports {
namespace {

constexpr std::uint64_t draws_made = 100'000;
constexpr std::uint64_t permutation_seed = 20'250'620;
constexpr double most_outcomes = 1e6;

/// A difference that a problem could have had, were the runs alike.
struct Possible {
  double difference, probability;
};
using Law = std::vector<Possible>;

/// P(X) of the right samples that the newer run is dealt: by the ratio of neighbours from the likeliest on, so that
/// nothing under- or overflows.
Law dealt_anew(const SampleCounts& base, const SampleCounts& newer, std::uint64_t k) {
  const std::uint64_t right = base.correct + newer.correct;
  const std::uint64_t least = right > base.samples ? right - base.samples : 0;
  const std::uint64_t most = std::min(newer.samples, right);
  const std::uint64_t likeliest =
      std::clamp((newer.samples + 1) * (right + 1) / (base.samples + newer.samples + 2), least, most);
  const auto ratio = [&](std::uint64_t x) {  // P(X = x + 1) / P(X = x)
    return static_cast<double>(newer.samples - x) * static_cast<double>(right - x) /
           (static_cast<double>(x + 1) * static_cast<double>(base.samples + x + 1 - right));
  };
  std::vector<double> weights(most - least + 1, 1);
  for (std::uint64_t x = likeliest; x < most; ++x) weights[x + 1 - least] = weights[x - least] * ratio(x);
  for (std::uint64_t x = likeliest; x > least; --x) weights[x - 1 - least] = weights[x - least] / ratio(x - 1);
  double all = 0;
  for (const double weight : weights) all += weight;
  constexpr double rounding = 1e-12;  // as in paired_differences(): nearer to 0 is 0
  Law law;
  for (std::uint64_t x = least; x <= most; ++x) {
    const double difference = pass_at_k(newer.samples, x, k) - pass_at_k(base.samples, right - x, k);
    law.push_back({std::abs(difference) < rounding ? 0 : difference, weights[x - least] / all});
  }
  return law;
}

/// Of the problems whose difference could have been another.
std::vector<Law> laws_of(std::span<const SampleCounts> base, std::span<const SampleCounts> newer, std::uint64_t k,
                         const PairedDifferences& differences) {
  std::vector<Law> laws;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const double here = differences.values[i];
    Law law = base[i].samples == newer[i].samples ? Law{{-here, 0.5}, {here, 0.5}} : dealt_anew(base[i], newer[i], k);
    const bool fixed = std::all_of(law.begin(), law.end(), [](const Possible& one) { return one.difference == 0; });
    if (!fixed) laws.push_back(std::move(law));
  }
  return laws;
}

double studentized(double sum, double squares) { return squares > 0 ? sum / std::sqrt(squares) : 0; }

/// Adds up how much is as extreme as what was observed.
class Tails {
 public:
  explicit Tails(const PairedDifferences& differences) {
    double sum = 0, squares = 0;
    for (const double value : differences.values) {
      sum += value;
      squares += value * value;
    }
    observed_ = studentized(sum, squares);
  }

  void add(double statistic, double weight) {
    constexpr double rounding = 1e-10;  // one that is equal but for rounding is as extreme
    if (std::abs(statistic) >= std::abs(observed_) - rounding) as_far_ += weight;
    if (statistic <= observed_ + rounding) at_most_ += weight;
    if (statistic >= observed_ - rounding) at_least_ += weight;
  }

  [[nodiscard]] PairedPermutation test(double all) const {
    const auto share = [all](double weight) { return std::min(1.0, weight / all); };
    return {share(as_far_), share(at_most_), share(at_least_), true, 0};
  }

  [[nodiscard]] double observed() const { return observed_; }

 private:
  double observed_ = 0;
  double as_far_ = 0, at_most_ = 0, at_least_ = 0;
};

/// Every outcome of the problems from the first law on, beside what the earlier ones came to.
void add_outcomes(std::span<const Law> laws, double sum, double squares, double probability, Tails& tails) {
  if (laws.empty()) return tails.add(studentized(sum, squares), probability);
  for (const Possible& one : laws.front())
    add_outcomes(laws.subspan(1), sum + one.difference, squares + one.difference * one.difference,
                 probability * one.probability, tails);
}

/// Draws from a law in constant time: of 64 random bits half choose a column, half one of its two differences.
/// Source: Vose 1991, IEEE Transactions on Software Engineering 17:972, after Walker's alias method.
class Columns {
 public:
  explicit Columns(const Law& law) {
    const double count = static_cast<double>(law.size());
    std::vector<double> left;  // of each probability, in columns
    std::vector<std::size_t> small, large;
    for (std::size_t i = 0; i < law.size(); ++i) {
      left.push_back(law[i].probability * count);
      (left.back() < 1 ? small : large).push_back(i);
      columns_.push_back({whole, law[i].difference, law[i].difference});
    }
    while (!small.empty() && !large.empty()) {
      const std::size_t filled = small.back(), from = large.back();
      small.pop_back();
      columns_[filled].share = static_cast<std::uint64_t>(left[filled] * static_cast<double>(whole));
      columns_[filled].rest = law[from].difference;
      left[from] -= 1 - left[filled];
      if (left[from] >= 1) continue;
      large.pop_back();
      small.push_back(from);
    }
  }

  [[nodiscard]] double draw(RandomNumbers& random) const {
    const std::uint64_t bits = random.bits();
    const Column& column = columns_[((bits >> half) * columns_.size()) >> half];
    return (bits & (whole - 1)) < column.share ? column.own : column.rest;
  }

 private:
  static constexpr unsigned half = 32;
  static constexpr std::uint64_t whole = 1ULL << half;
  struct Column {
    std::uint64_t share;  ///< of `whole`, its own difference's
    double own, rest;
  };
  std::vector<Column> columns_;
};

std::uint64_t unequal_problems(std::span<const SampleCounts> base, std::span<const SampleCounts> newer) {
  std::uint64_t unequal = 0;
  for (std::size_t i = 0; i < base.size(); ++i) unequal += base[i].samples != newer[i].samples ? 1 : 0;
  return unequal;
}

bool few_outcomes(const std::vector<Law>& laws) {
  double outcomes = 1;
  for (const Law& law : laws) outcomes *= static_cast<double>(law.size());
  return outcomes <= most_outcomes;
}

}  // namespace

PairedPermutation sampled_paired_permutation(std::span<const SampleCounts> base, std::span<const SampleCounts> newer,
                                             std::uint64_t k, const PairedDifferences& differences, std::uint64_t draws,
                                             std::uint64_t start) {
  std::vector<double> sums(draws, 0), squares(draws, 0);
  RandomNumbers random(start);
  for (const Law& law : laws_of(base, newer, k, differences)) {
    const Columns columns(law);
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      const double difference = columns.draw(random);
      sums[draw] += difference;
      squares[draw] += difference * difference;
    }
  }
  Tails tails(differences);
  tails.add(tails.observed(), 1);
  for (std::uint64_t draw = 0; draw < draws; ++draw) tails.add(studentized(sums[draw], squares[draw]), 1);
  PairedPermutation test = tails.test(static_cast<double>(draws + 1));
  test.exact = false;
  test.unequal = unequal_problems(base, newer);
  return test;
}

PairedPermutation paired_permutation(std::span<const SampleCounts> base, std::span<const SampleCounts> newer,
                                     std::uint64_t k, const PairedDifferences& differences) {
  const std::uint64_t unequal = unequal_problems(base, newer);
  if (unequal == 0) {
    const SignFlip flip = sign_flip(differences);
    return {flip.p_two_sided, flip.p_regressed, flip.p_improved, flip.exact, 0};
  }
  const std::vector<Law> laws = laws_of(base, newer, k, differences);
  if (!few_outcomes(laws)) return sampled_paired_permutation(base, newer, k, differences, draws_made, permutation_seed);
  Tails tails(differences);
  add_outcomes(laws, 0, 0, 1, tails);
  PairedPermutation test = tails.test(1);
  test.unequal = unequal;
  return test;
}

}  // namespace assay::reports
