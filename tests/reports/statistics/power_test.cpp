#include "reports/statistics/power.h"

#include "reports/statistics/comparison_verdict.h"
#include "reports/statistics/mcnemar.h"
#include "reports/statistics/random_numbers.h"
#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("the power of McNemar's test agrees with its golden values", "[statistics][volume]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("power.json")) {
    CAPTURE(boost::json::serialize(row));
    const McNemarPower power({whole(row.at("problems")), real(row.at("discordance")), real(row.at("alpha")),
                              static_cast<int>(whole(row.at("sides")))});
    CHECK(near(power.smallest(real(row.at("power"))), row.at("smallest")));
    CHECK(near_p(power.size(), row.at("size")));
    for (const auto& point : row.at("power_at").as_array()) CHECK(near_p(power.at(real(point.at(0))), point.at(1)));
  }
}

/// The share of `trials` simulated pairs of runs that the rule calls regressed.
double caught(std::uint64_t problems, double discordance, double drop, int trials, RandomNumbers& random) {
  int regressed = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<SampleCounts> base, newer;
    for (std::uint64_t i = 0; i < problems; ++i) {
      const bool differs = random.unit() < discordance;
      const bool lost = random.unit() < (discordance + drop) / (2 * discordance);
      const bool before = differs ? lost : random.unit() < 0.6;
      base.push_back({1, before ? 1U : 0U});
      newer.push_back({1, before != differs ? 1U : 0U});
    }
    const auto differences = paired_differences(base, newer, 1);
    const McNemar test = mcnemar(differences->regressed, differences->improved);
    const auto judgement = judge_comparison(*differences, {test.p_regressed, test.p_improved}, 0.05, std::nullopt);
    regressed += judgement.verdict == ComparisonVerdict::regressed ? 1 : 0;
  }
  return static_cast<double>(regressed) / trials;
}

TEST_CASE("planted regressions of 5 points on 542 problems are caught as often as the table says",
          "[statistics][volume]") {
  struct Row {
    double discordance, power;
  };
  constexpr int trials = 2000;
  RandomNumbers random(542);
  for (const Row& row : {Row{0.1, 0.98}, Row{0.2, 0.81}, Row{0.4, 0.55}}) {
    CAPTURE(row.discordance);
    const McNemarPower power({542, row.discordance, 0.05, 1});
    CHECK(std::abs(power.at(0.05) - row.power) < 0.005);
    const double share = caught(542, row.discordance, 0.05, trials, random);
    CHECK(std::abs(share - power.at(0.05)) < 5 * std::sqrt(row.power * (1 - row.power) / trials));
  }
}

TEST_CASE("where nothing regressed, at most 5 of 100 comparisons say so", "[statistics][volume]") {
  RandomNumbers random(100);
  for (const double discordance : {0.1, 0.2, 0.4}) {
    CAPTURE(discordance);
    CHECK(caught(542, discordance, 0, 4000, random) <= 0.05);
    CHECK(McNemarPower({542, discordance, 0.05, 1}).size() < 0.05);
  }
}

}  // namespace
}  // namespace assay::reports
