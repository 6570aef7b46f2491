#include "reports/statistics/mcnemar.h"
#include "reports/statistics/paired_differences.h"
#include "reports/statistics/sign_flip.h"
#include "reports/statistics/signed_rank.h"
#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

PairedDifferences differences_of(const boost::json::value& row) {
  const auto differences =
      paired_differences(counts(row.at("base"), whole(row.at("samples").at(0))),
                         counts(row.at("new"), whole(row.at("samples").at(1))), whole(row.at("k")));
  REQUIRE(differences);
  return *differences;
}

TEST_CASE("paired differences agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("paired.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const PairedDifferences differences = differences_of(row);
    CHECK(near(differences.mean, row.at("difference")));
    CHECK(differences.improved == whole(row.at("improved")));
    CHECK(differences.regressed == whole(row.at("regressed")));
    CHECK(differences.same == whole(row.at("same")));
    const auto error = paired_error(differences, real(row.at("level")));
    REQUIRE(error.has_value() == !row.at("se").is_null());
    if (!error) continue;
    CHECK(near(error->se, row.at("se")));
    CHECK(near(error->interval, row.at("interval")));
    CHECK(near(error->detectable, row.at("detectable")));
    CHECK(near(error->t, row.at("t")));
    CHECK(near(error->p_t, row.at("p_t")));
  }
}

TEST_CASE("sign-flip p-values are exact, whatever the number of problems", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("paired.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const SignFlip test = sign_flip(differences_of(row));
    CHECK(test.exact);
    CHECK(near_p(test.p_two_sided, row.at("sign_flip").at("p_two_sided")));
    CHECK(near_p(test.p_regressed, row.at("sign_flip").at("p_regressed")));
    CHECK(near_p(test.p_improved, row.at("sign_flip").at("p_improved")));
  }
}

TEST_CASE("a sign-flip test of random patterns comes as near as their number allows", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  constexpr std::uint64_t patterns = 10'000;
  for (const auto& row : golden("paired.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const SignFlip test = sampled_sign_flip(differences_of(row).values, patterns, 3);
    CHECK_FALSE(test.exact);
    const auto close = [&](double value, const char* key) {
      const double p = real(row.at("sign_flip").at(key));
      return std::abs(value - p) <= 5 * std::sqrt(p * (1 - p) / patterns) + 1.0 / patterns;
    };
    CHECK(close(test.p_two_sided, "p_two_sided"));
    CHECK(close(test.p_regressed, "p_regressed"));
    CHECK(close(test.p_improved, "p_improved"));
  }
}

TEST_CASE("signed ranks agree with their golden values and are absent where there are ties", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("paired.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const auto test = signed_rank(differences_of(row));
    const auto& expected = row.at("wilcoxon");
    REQUIRE(test.has_value() == !expected.is_null());
    if (!test) continue;
    CHECK(test->w_plus == expected.at("w_plus").to_number<std::int64_t>());
    CHECK(test->w_minus == expected.at("w_minus").to_number<std::int64_t>());
    CHECK(near_p(test->p_two_sided, expected.at("p_two_sided")));
    CHECK(near_p(test->p_regressed, expected.at("p_regressed")));
    CHECK(near_p(test->p_improved, expected.at("p_improved")));
  }
}

TEST_CASE("with one sample a problem the sign-flip test is McNemar's, for 1,600 problems too", "[statistics]") {
  std::vector<SampleCounts> base(1600, {1, 0}), newer(1600, {1, 1});
  for (std::size_t i = 0; i < 700; ++i) std::swap(base[i], newer[i]);
  const auto differences = paired_differences(base, newer, 1);
  REQUIRE(differences);
  const SignFlip test = sign_flip(*differences);
  const McNemar expected = mcnemar(700, 900);
  CHECK(std::abs(test.p_regressed - expected.p_regressed) <= 1e-9 * expected.p_regressed);
  CHECK(std::abs(test.p_improved - expected.p_improved) <= 1e-9 * expected.p_improved);
}

TEST_CASE("pass@10 of 200 samples has no small common denominator: the test draws patterns", "[statistics]") {
  std::vector<SampleCounts> base, newer;
  for (std::uint64_t i = 0; i < 50; ++i) {
    base.push_back({200, 3 * i % 200});
    newer.push_back({200, 3 * i % 200 + i % 3});
  }
  const auto differences = paired_differences(base, newer, 10);
  REQUIRE(differences);
  CHECK(differences->multiples.empty());
  const SignFlip test = sign_flip(*differences);
  CHECK_FALSE(test.exact);
  CHECK(test.p_improved < 0.001);
}

}  // namespace
}  // namespace assay::reports
