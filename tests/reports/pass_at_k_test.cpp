#include "reports/pass_at_k.h"

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/catch.h"

namespace assay::reports {
namespace {

namespace json = boost::json;

constexpr double tolerance = 1e-9;

json::array golden(const char* name) {
  std::ifstream file(tests::shared_dir() / "fixtures/statistics" / name);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_array();
}

std::uint64_t whole(const json::value& value) { return value.to_number<std::uint64_t>(); }

TEST_CASE("pass@k agrees with values computed from exact fractions", "[reports]") {
  if (!tests::have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const json::value& row : golden("passk.json")) {
    CAPTURE(json::serialize(row));
    const double value = pass_at_k(whole(row.at("n")), whole(row.at("c")), whole(row.at("k")));
    if (row.at("pass_at_k").is_null())
      CHECK(std::isnan(value));
    else
      CHECK(std::abs(value - row.at("pass_at_k").to_number<double>()) <= tolerance);
  }
}

TEST_CASE("mean pass@k weighs problems alike and is absent where one has too few samples", "[reports]") {
  if (!tests::have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const json::value& row : golden("passk_mean.json")) {
    CAPTURE(json::serialize(row));
    std::vector<SampleCounts> problems;
    for (std::size_t i = 0; i < row.at("n").as_array().size(); ++i)
      problems.push_back({whole(row.at("n").at(i)), whole(row.at("c").at(i))});
    const auto mean = mean_pass_at_k(problems, whole(row.at("k")));
    REQUIRE(mean.has_value() == !row.at("mean").is_null());
    if (mean) CHECK(std::abs(*mean - row.at("mean").to_number<double>()) <= tolerance);
  }
}

TEST_CASE("pass@k of nothing is not defined", "[reports]") {
  CHECK(std::isnan(pass_at_k(0, 0, 1)));
  CHECK_FALSE(mean_pass_at_k({}, 1).has_value());
  CHECK(pass_at_k(1, 1, 1) == 1);
  CHECK(pass_at_k(3, 0, 2) == 0);
}

}  // namespace
}  // namespace assay::reports
