#include "reports/statistics/bootstrap.h"

#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

bool within(double value, const boost::json::value& bounds) {
  return value >= real(bounds.at(0)) - tolerance && value <= real(bounds.at(1)) + tolerance;
}

TEST_CASE("a bootstrap comes as near to the full distribution as its draws allow", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("bootstrap.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    std::vector<double> scores;
    for (const auto& count : row.at("counts").as_array()) scores.push_back(real(count) / real(row.at("samples")));
    const Bootstrap bootstrap(scores, whole(row.at("draws")), 1);
    CHECK(std::abs(bootstrap.mean() - real(row.at("mean"))) <= real(row.at("tolerance_mean")) + tolerance);
    CHECK(std::abs(bootstrap.sd() - real(row.at("sd"))) <= real(row.at("tolerance_sd")) + tolerance);
    const double level = real(row.at("level"));
    const Interval percentile = bootstrap.percentile(level);
    CHECK(within(percentile.low, row.at("percentile").at("low_between")));
    CHECK(within(percentile.high, row.at("percentile").at("high_between")));
    const auto bca = bootstrap.bca(level);
    REQUIRE(bca.has_value() == !row.at("bca").is_null());
    if (!bca) continue;
    CHECK(near(bootstrap.acceleration(), row.at("bca").at("acceleration")));
    CHECK(within(bootstrap.z0(), row.at("bca").at("z0_between")));
    CHECK(within(bca->low, row.at("bca").at("low_between")));
    CHECK(within(bca->high, row.at("bca").at("high_between")));
  }
}

TEST_CASE("the same seed draws the same resamples", "[statistics]") {
  const std::vector<double> scores{0, 0.25, 1, 0.5, 0.75};
  CHECK(Bootstrap(scores, 1000, 7).mean() == Bootstrap(scores, 1000, 7).mean());
  CHECK(Bootstrap(scores, 1000, 7).mean() != Bootstrap(scores, 1000, 8).mean());
}

}  // namespace
}  // namespace assay::reports
