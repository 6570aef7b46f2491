#include "reports/statistics/paired_permutation.h"

#include "reports/statistics/comparison_verdict.h"
#include "reports/statistics/random_numbers.h"
#include "reports/statistics/sign_flip.h"
#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

PairedPermutation test_of(const std::vector<SampleCounts>& base, const std::vector<SampleCounts>& newer,
                          std::uint64_t k) {
  const auto differences = paired_differences(base, newer, k);
  REQUIRE(differences);
  return paired_permutation(base, newer, k, *differences);
}

bool alike(double value, double expected) { return std::abs(value - expected) <= tolerance * expected; }

struct Case {
  const char* what;
  std::uint64_t k;
  std::vector<SampleCounts> base, newer;
  double two_sided, regressed, improved;
};

/// By Python, in exact fractions, over every way to deal each problem's samples one by one (`right` is a list of 1s and
/// 0s of both runs' samples), without the hypergeometric distribution:
///
///   for chosen in combinations(range(n_base + n_new), n_new):
///       x = sum(right[i] for i in chosen)
///       possible.append(pass_at_k(x, n_new, k) - pass_at_k(c_base + c_new - x, n_base, k))
///
/// possible = [d, -d] where n_base == n_new. Then over the product of the problems' lists the shares whose
/// sign(Σ) Σ² / Σd² is as far from 0, as low, as high as the observed one.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"one problem, 1 and 3 samples", 1, {{1, 1}}, {{3, 0}}, 1.0, 0.25, 1.0},
      {"1 and 4 samples", 1, {{1, 1}, {1, 1}, {1, 0}}, {{4, 2}, {4, 0}, {4, 1}}, 0.472, 0.216, 0.976},
      {"4 and 1 samples", 1, {{4, 4}, {4, 3}, {4, 1}}, {{1, 0}, {1, 1}, {1, 0}}, 0.416, 0.288, 0.968},
      {"another number for one problem only",
       1,
       {{3, 3}, {3, 2}, {3, 3}, {3, 1}},
       {{3, 1}, {2, 0}, {3, 2}, {3, 1}},
       0.075,
       0.075,
       1.0},
      {"one that all solve, one that none does",
       1,
       {{2, 2}, {2, 0}, {2, 2}, {2, 1}},
       {{5, 5}, {5, 0}, {5, 1}, {5, 0}},
       0.04081632653061224,
       0.04081632653061224,
       1.0},
      {"pass@2 of 3 and 5",
       2,
       {{3, 1}, {3, 3}, {3, 2}},
       {{5, 0}, {5, 2}, {5, 1}},
       0.01793686224489796,
       0.01793686224489796,
       1.0},
      {"pass@2 of 2 to 6, improved",
       2,
       {{2, 0}, {4, 1}, {6, 2}, {3, 0}},
       {{6, 5}, {4, 4}, {2, 2}, {3, 1}},
       0.005739795918367347,
       1.0,
       0.005739795918367347},
      {"no difference", 1, {{2, 1}, {3, 0}}, {{4, 2}, {6, 0}}, 1.0, 0.8, 0.8},
      {"near the ceiling, 6 and 1, one lost",
       1,
       {{6, 6}, {6, 6}, {6, 6}, {6, 6}},
       {{1, 0}, {1, 1}, {1, 1}, {1, 1}},
       1.0,
       0.14285714285714285,
       1.0},
      {"six problems, 3 and 4",
       1,
       {{3, 3}, {3, 3}, {3, 3}, {3, 2}, {3, 2}, {3, 2}},
       {{4, 1}, {4, 2}, {4, 2}, {4, 1}, {4, 4}, {4, 0}},
       0.03241778510654574,
       0.014606158998376527,
       0.9859813513077034},
  };
  return all;
}

TEST_CASE("where numbers of samples differ, p is the share of all ways to deal them anew", "[statistics]") {
  for (const Case& one : cases()) {
    CAPTURE(one.what);
    const PairedPermutation test = test_of(one.base, one.newer, one.k);
    CHECK(test.exact);
    CHECK(test.unequal > 0);
    CHECK(alike(test.p_two_sided, one.two_sided));
    CHECK(alike(test.p_regressed, one.regressed));
    CHECK(alike(test.p_improved, one.improved));
  }
}

TEST_CASE("samples dealt at random come as near as the number of draws allows", "[statistics]") {
  constexpr std::uint64_t draws = 10'000;
  const auto close = [](double value, double p) {
    return std::abs(value - p) <= 5 * std::sqrt(p * (1 - p) / draws) + 1.0 / draws;
  };
  for (const Case& one : cases()) {
    CAPTURE(one.what);
    const auto differences = paired_differences(one.base, one.newer, one.k);
    const auto test = sampled_paired_permutation(one.base, one.newer, one.k, *differences, draws, 3);
    CHECK_FALSE(test.exact);
    CHECK(close(test.p_two_sided, one.two_sided));
    CHECK(close(test.p_regressed, one.regressed));
    CHECK(close(test.p_improved, one.improved));
  }
}

TEST_CASE("with as many samples in both runs the test is the sign-flip test, to the last bit", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("paired.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const auto& samples = row.at("samples");
    if (whole(samples.at(0)) != whole(samples.at(1))) continue;
    const auto base = counts(row.at("base"), whole(samples.at(0))), newer = counts(row.at("new"), whole(samples.at(1)));
    const PairedPermutation test = test_of(base, newer, whole(row.at("k")));
    const SignFlip expected = sign_flip(*paired_differences(base, newer, whole(row.at("k"))));
    CHECK(test.unequal == 0);
    CHECK(test.exact == expected.exact);
    CHECK(test.p_two_sided == expected.p_two_sided);
    CHECK(test.p_regressed == expected.p_regressed);
    CHECK(test.p_improved == expected.p_improved);
  }
}

TEST_CASE("the runs' places make no difference to the exact test but the sign", "[statistics]") {
  for (const Case& one : cases()) {
    CAPTURE(one.what);
    const PairedPermutation test = test_of(one.base, one.newer, one.k), mirrored = test_of(one.newer, one.base, one.k);
    CHECK(alike(mirrored.p_two_sided, test.p_two_sided));
    CHECK(alike(mirrored.p_regressed, test.p_improved));
    CHECK(alike(mirrored.p_improved, test.p_regressed));
  }
}

TEST_CASE("thousands of samples beside one neither over- nor underflow", "[statistics]") {
  // One sample of 5,001, all but 10 right, is the newer run's and wrong, in one of two such problems.
  const PairedPermutation test = test_of({{5000, 4991}, {5000, 4990}}, {{1, 0}, {1, 1}}, 1);
  const double wrong = 10.0 / 5001, one_wrong = 2 * wrong * (1 - wrong);
  CHECK(test.exact);
  CHECK(alike(test.p_regressed, one_wrong + wrong * wrong));
}

// --- simulated runs -------------------------------------------------------------------------------------------------

/// Γ(a, 1) for a whole a; Beta(a, b) is X / (X + Y) of two such.
double gamma_of(double a, RandomNumbers& random) {
  double value = 0;
  for (int i = 0; i < static_cast<int>(a); ++i) value -= std::log(1 - random.unit());
  return value;
}

double beta_of(double a, double b, RandomNumbers& random) {
  const double x = gamma_of(a, random);
  return x / (x + gamma_of(b, random));
}

SampleCounts drawn(std::uint64_t samples, double p, RandomNumbers& random) {
  SampleCounts problem{samples, 0};
  for (std::uint64_t i = 0; i < samples; ++i) problem.correct += random.unit() < p ? 1 : 0;
  return problem;
}

struct Simulation {
  const char* what;
  std::size_t problems;
  std::uint64_t base_samples, newer_samples;
  double a, b;         ///< a problem's rate is of Beta(a, b)
  double redrawn = 0;  ///< share of the problems whose rate in the new run is a fresh one: changed, the mean is not
  double lost = 0;     ///< share of the right samples that the new run loses
};

struct Called {
  double regressed = 0, improved = 0;
};

/// The shares of simulated comparisons that end so.
Called called(const Simulation& simulation, int trials, RandomNumbers& random) {
  constexpr std::uint64_t draws = 999;
  int regressed = 0, improved = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<SampleCounts> base, newer;
    for (std::size_t i = 0; i < simulation.problems; ++i) {
      const double p = beta_of(simulation.a, simulation.b, random);
      const double q = random.unit() < simulation.redrawn ? beta_of(simulation.a, simulation.b, random) : p;
      base.push_back(drawn(simulation.base_samples, p, random));
      newer.push_back(drawn(simulation.newer_samples, q * (1 - simulation.lost), random));
    }
    const auto differences = paired_differences(base, newer, 1);
    const auto test = sampled_paired_permutation(base, newer, 1, *differences, draws, random.bits());
    const auto judgement = judge_comparison(*differences, {test.p_regressed, test.p_improved}, 0.05, std::nullopt);
    regressed += judgement.verdict == ComparisonVerdict::regressed ? 1 : 0;
    improved += judgement.verdict == ComparisonVerdict::improved ? 1 : 0;
  }
  return {static_cast<double>(regressed) / trials, static_cast<double>(improved) / trials};
}

TEST_CASE("where nothing changed, one sample beside twenty calls no more than 5 of 100 changed",
          "[statistics][volume]") {
  constexpr int trials = 600;
  const double most = 0.05 + 3 * std::sqrt(0.05 * 0.95 / trials);
  RandomNumbers random(120);
  for (const Simulation& simulation :
       {Simulation{"near the ceiling", 30, 20, 1, 50, 2}, Simulation{"near the ceiling, 62 problems", 62, 20, 1, 50, 2},
        Simulation{"the base is the short one", 30, 1, 20, 50, 2}, Simulation{"near the floor", 30, 20, 1, 2, 50},
        Simulation{"near the floor, the base is the short one", 30, 1, 20, 2, 50},
        Simulation{"10 and 20, all rates alike", 30, 10, 20, 1, 1}}) {
    const Called share = called(simulation, trials, random);
    CAPTURE(simulation.what, share.regressed, share.improved);
    CHECK(share.regressed <= most);
    CHECK(share.improved <= most);
  }
}

TEST_CASE("problems that changed both ways are not taken for a change of the mean", "[statistics][volume]") {
  constexpr int trials = 600;
  const double most = 0.05 + 3 * std::sqrt(0.05 * 0.95 / trials);
  RandomNumbers random(121);
  const Called share = called({"", 62, 10, 20, 1, 1, 0.5}, trials, random);
  CAPTURE(share.regressed, share.improved);
  CHECK(share.regressed <= most);
  CHECK(share.improved <= most);
}

TEST_CASE("a real drop is still caught where numbers of samples differ", "[statistics][volume]") {
  constexpr int trials = 300;
  RandomNumbers random(122);
  CHECK(called({"", 62, 10, 20, 1, 1, 0, 0.15}, trials, random).regressed > 0.9);
  CHECK(called({"", 164, 20, 1, 50, 2, 0, 0.1}, trials, random).regressed > 0.9);
}

}  // namespace
}  // namespace assay::reports
