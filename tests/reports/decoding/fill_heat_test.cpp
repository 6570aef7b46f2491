#include "reports/decoding/fill_heat.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/catch.h"
#include "tests/reports/decoding/made_trace.h"

namespace assay::reports {
namespace {

using tests::left_to_right, tests::made_trace;

FillHeat heat_of(const std::vector<Trace>& traces, Positions positions = Positions::all) {
  const std::vector<std::int64_t> ends{7};
  FillHeat heat;
  for (const Trace& trace : traces) heat.add(trace, positions, ends);
  return heat;
}

std::vector<double> shares(const FillHeat& heat) {
  std::vector<double> all;
  for (std::size_t row = 0; row < heat.rows(); ++row)
    for (std::size_t column = 0; column < heat.columns(); ++column) all.push_back(heat.share(row, column).value_or(-1));
  return all;
}

TEST_CASE("the heat map of left to right is its diagonal, at full and at reduced resolution", "[decoding]") {
  const std::int64_t length = GENERATE(4, 32, 64, 512);
  const FillHeat heat = heat_of({left_to_right(length)});
  REQUIRE(heat.rows() == std::min<std::size_t>(FillHeat::most_buckets, static_cast<std::size_t>(length)));
  REQUIRE(heat.columns() == heat.rows());
  for (std::size_t row = 0; row < heat.rows(); ++row)
    for (std::size_t column = 0; column < heat.columns(); ++column)
      CHECK(heat.share(row, column) == (row == column ? 1.0 : 0.0));
}

TEST_CASE("the heat map is as it is defined, on cases worked by hand", "[decoding]") {
  // Two steps of two: first places 0 and 3, then 1 and 2.
  CHECK(shares(heat_of({made_trace({{0, 3}, {1, 2}})})) == std::vector<double>{1, 0, 0, 1, 0, 1, 1, 0});
  // Pooled with its mirror, each sample weighs alike.
  CHECK(shares(heat_of({made_trace({{0, 3}, {1, 2}}), made_trace({{1, 2}, {0, 3}})})) == std::vector<double>(8, 0.5));
  // A longer sample is folded: eight places by four steps onto two rows and four columns.
  CHECK(shares(heat_of({made_trace({{0, 3}, {1, 2}}), made_trace({{0, 1}, {2, 3}, {4, 5}, {6, 7}})})) ==
        std::vector<double>{1, 0.5, 0, 0.5, 0, 0.5, 1, 0.5});
  // What follows the end token is left out where that is asked for: three places remain.
  const Trace ended = made_trace({{2}, {0}, {1}, {3}}, 5, 2);
  CHECK(heat_of({ended}).columns() == 4);
  CHECK(shares(heat_of({ended}, Positions::to_first_end)) == std::vector<double>{0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("a column's shares add up to 1, whatever the order; one that nobody filled has none", "[decoding]") {
  std::mt19937 random(3);  // NOLINT: the same each time
  std::vector<Trace> traces;
  for (const std::int64_t length : {70, 33, 200}) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(length));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::shuffle(order, random);
    std::vector<std::vector<std::int64_t>> steps;
    for (std::size_t i = 0; i < order.size(); i += 3)
      steps.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(i),
                         order.begin() + static_cast<std::ptrdiff_t>(std::min(i + 3, order.size())));
    traces.push_back(made_trace(steps));
  }
  const FillHeat heat = heat_of(traces);
  CHECK(heat.samples() == 3);
  for (std::size_t column = 0; column < heat.columns(); ++column) {
    double sum = 0;
    for (std::size_t row = 0; row < heat.rows(); ++row) sum += *heat.share(row, column);
    CHECK(sum == Approx(1).margin(1e-12));
  }
  CHECK(heat_of({made_trace({{0}, {3}})}).share(0, 1) == std::nullopt);
  CHECK(heat_of({made_trace({})}).samples() == 0);
}

}  // namespace
}  // namespace assay::reports
