#include "reports/statistics/mcnemar.h"

#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("McNemar's exact p-values agree with their golden values, down to 1e-163", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("mcnemar.json")) {
    CAPTURE(boost::json::serialize(row));
    const McNemar test = mcnemar(whole(row.at("b")), whole(row.at("c")));
    CHECK(near_p(test.exact, row.at("exact_doubled")));
    CHECK(near_p(test.exact, row.at("exact_minlike")));
    CHECK(near_p(test.mid_p, row.at("mid_p")));
    CHECK(near_p(test.p_regressed, row.at("p_regressed")));
    CHECK(near_p(test.p_improved, row.at("p_improved")));
  }
}

}  // namespace
}  // namespace assay::reports
