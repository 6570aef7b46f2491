#include "reports/results/diversity.h"

#include "tests/catch.h"

namespace assay::reports {
namespace {

/// Problems by how often each of their programs occurs.
Run run_of(const std::vector<std::vector<std::uint64_t>>& problems) {
  Run run;
  for (const auto& counts : problems) {
    RunProblem problem;
    for (std::uint64_t program = 0; program < counts.size(); ++program)
      for (std::uint64_t i = 0; i < counts[program]; ++i)
        problem.samples.push_back({static_cast<std::uint32_t>(problem.samples.size()), {7, program}, {}, {}, ""});
    run.problems.push_back(std::move(problem));
  }
  return run;
}

TEST_CASE("diversity counts programs, and pairs that differ", "[reports]") {
  struct Row {
    const char* what;
    std::vector<std::vector<std::uint64_t>> problems;
    std::optional<double> distinct, differ;
  };
  const auto row = GENERATE(values<Row>({
      {"no problem", {}, std::nullopt, std::nullopt},
      {"one sample has no pair", {{1}}, 1.0, std::nullopt},
      {"all the same", {{4}}, 0.25, 0.0},
      {"all different", {{1, 1, 1, 1}}, 1.0, 1.0},
      {"2, 1 and 1 of four: 1 - 2/12", {{2, 1, 1}}, 0.75, 5.0 / 6},
      {"problems weigh alike, those without a pair not for pairs", {{4}, {1, 1}, {1}}, (0.25 + 1 + 1) / 3, 0.5},
  }));
  CAPTURE(row.what);
  const Diversity found = diversity(run_of(row.problems));
  REQUIRE(found.distinct.has_value() == row.distinct.has_value());
  REQUIRE(found.differ.has_value() == row.differ.has_value());
  if (row.distinct) CHECK(*found.distinct == Approx(*row.distinct).margin(1e-12));
  if (row.differ) CHECK(*found.differ == Approx(*row.differ).margin(1e-12));
}

}  // namespace
}  // namespace assay::reports
