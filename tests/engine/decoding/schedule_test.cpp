#include "engine/decoding/schedule.h"

#include <numeric>

#include "tests/engine/golden.h"

namespace assay::engine {
namespace {

using namespace tests;

TEST_CASE("every step fills as many positions as its golden count", "[decoding]") {
  if (!have_golden()) ASSAY_SKIP("the golden values (shared/fixtures/engine) are absent");
  const auto cases = engine_cases("schedule");
  REQUIRE(cases.size() >= 40);
  for (const auto& one : cases) {
    CAPTURE(boost::json::serialize(one));
    auto left = one.at("masks").to_number<std::int64_t>();
    const Schedule schedule(one.at("steps").to_number<std::int64_t>(), one.at("eps").to_number<double>());
    std::vector<std::int64_t> counts;
    for (std::int64_t i = 0; i < schedule.steps(); ++i) {
      counts.push_back(schedule.fills(i, left));
      left -= counts.back();
    }
    CHECK(counts == numbers_of<std::int64_t>(one.at("counts")));
  }
}

TEST_CASE("whatever the steps, all masks are filled in the end and none twice", "[decoding]") {
  for (const std::int64_t steps : {1, 2, 7, 64, 500}) {
    const std::int64_t masks = GENERATE(1, 5, 64, 257);
    const Schedule schedule(steps, 1e-3);
    std::int64_t left = masks;
    for (std::int64_t i = 0; i < steps; ++i) {
      const std::int64_t count = schedule.fills(i, left);
      CHECK((count >= 0 && count <= left));
      left -= count;
    }
    CHECK(left == 0);
    CHECK(schedule.probability(steps - 1) == 1.0F);
  }
}

}  // namespace
}  // namespace assay::engine
