#include "reports/statistics/proportion_interval.h"

#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("intervals of a share agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("intervals.json")) {
    CAPTURE(boost::json::serialize(row));
    const std::uint64_t x = whole(row.at("successes")), n = whole(row.at("n"));
    const double level = real(row.at("level"));
    CHECK(near(wilson(x, n, level), row.at("wilson")));
    CHECK(near(clopper_pearson(x, n, level), row.at("clopper_pearson")));
    CHECK(near(jeffreys(x, n, level), row.at("jeffreys")));
    CHECK(near(jeffreys(x, n, level, JeffreysEnds::as_drawn), row.at("jeffreys_unmodified")));
  }
}

TEST_CASE("a share of nothing has no interval", "[statistics]") {
  CHECK_FALSE(wilson(0, 0, 0.95));
  CHECK_FALSE(clopper_pearson(0, 0, 0.95));
  CHECK_FALSE(jeffreys(0, 0, 0.95));
}

}  // namespace
}  // namespace assay::reports
