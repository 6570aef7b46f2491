#include "reports/statistics/holm.h"

#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("Holm's adjusted p-values agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("holm.json")) {
    CAPTURE(boost::json::serialize(row));
    std::vector<double> p;
    for (const auto& value : row.at("p").as_array()) p.push_back(real(value));
    const auto adjusted = holm(p);
    REQUIRE(adjusted.size() == row.at("adjusted").as_array().size());
    for (std::size_t i = 0; i < adjusted.size(); ++i) CHECK(near_p(adjusted[i], row.at("adjusted").at(i)));
  }
}

}  // namespace
}  // namespace assay::reports
