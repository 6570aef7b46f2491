#include "reports/statistics/pass_at_k_error.h"

#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("errors of a mean pass@k agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("passk_se.json")) {
    CAPTURE(boost::json::serialize(row));
    const auto problems = counts(row.at("c"), row.at("n"));
    const auto error = pass_at_k_error(problems, whole(row.at("k")), real(row.at("level")));
    REQUIRE(error.has_value() == !row.at("mean").is_null());
    if (!error) continue;
    CHECK(near(error->mean, row.at("mean")));
    CHECK(near(error->se, row.at("se")));
    CHECK(near(error->normal, row.at("normal")));
    CHECK(near(error->t, row.at("t")));
    CHECK(near(error->sampling_se, row.at("sampling_se")));
  }
}

TEST_CASE("errors that weigh samples alike agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("passk_se.json")) {
    const auto& expected = row.at("per_sample");
    if (expected.is_null()) continue;
    CAPTURE(boost::json::serialize(row));
    const auto error = per_sample_error(counts(row.at("c"), row.at("n")));
    REQUIRE(error);
    CHECK(near(error->mean, expected.at("mean")));
    CHECK(near(error->se_clustered, expected.at("se_clustered")));
    CHECK(near(error->se_clustered_corrected, expected.at("se_clustered_corrected")));
  }
}

TEST_CASE("without problems there is no error to give", "[statistics]") {
  CHECK_FALSE(pass_at_k_error({}, 1, 0.95));
  CHECK_FALSE(per_sample_error({}));
}

}  // namespace
}  // namespace assay::reports
