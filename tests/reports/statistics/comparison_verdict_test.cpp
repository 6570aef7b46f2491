#include "reports/statistics/comparison_verdict.h"

#include "reports/statistics/paired_permutation.h"
#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

TEST_CASE("verdicts of comparisons, their intervals and gates agree with their golden values", "[statistics]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : golden("gate.json")) {
    CAPTURE(row.at("name").as_string().c_str());
    const std::uint64_t samples = whole(row.at("samples"));
    const auto base = counts(row.at("base"), samples), newer = counts(row.at("new"), samples);
    const auto differences = paired_differences(base, newer, 1);
    REQUIRE(differences);
    const PairedPermutation test = paired_permutation(base, newer, 1, *differences);
    const auto& limit = row.at("max_drop_points");
    const auto judgement = judge_comparison(*differences, {test.p_regressed, test.p_improved}, real(row.at("alpha")),
                                            limit.is_null() ? std::nullopt : std::optional(real(limit)));
    CHECK(near(differences->mean, row.at("difference")));
    CHECK(near_p(test.p_regressed, row.at("p_regressed")));
    CHECK(near_p(test.p_improved, row.at("p_improved")));
    CHECK(differences->regressed == whole(row.at("broken")));
    CHECK(differences->improved == whole(row.at("fixed")));
    CHECK(near(judgement.interval, row.at("interval")));
    CHECK(judgement.max_drop_fires == row.at("max_drop_fires").as_bool());
    CHECK(judgement.noninferior == row.at("noninferior").as_bool());
    CHECK(name(judgement.verdict) == std::string_view(row.at("verdict").as_string()));
  }
}

}  // namespace
}  // namespace assay::reports
