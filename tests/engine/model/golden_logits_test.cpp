#include <cmath>

#include "engine/engine.h"
#include "tests/engine/golden.h"

namespace assay::engine {
namespace {

using namespace tests;

TEST_CASE("logits are within 1e-4 of their golden values, each row alone and all in one pass", "[model]") {
  if (!have_golden()) ASSAY_SKIP("the golden values (shared/fixtures/engine) are absent");
  const auto cases = engine_cases("logits");
  REQUIRE(cases.size() >= 6);
  for (const auto& one : cases) {
    const std::string model(one.at("model").as_string());
    CAPTURE(model);
    auto engine = load_engine(shared_dir() / "fixtures/engine" / model,
                              {.device = test_device(), .number_type = NumberType::float32, .threads = 1});
    if (!engine) FAIL(engine.error().message);
    std::vector<std::vector<std::int64_t>> rows;
    for (const auto& ids : one.at("ids").as_array()) rows.push_back(numbers_of<std::int64_t>(ids));
    const auto logits = (*engine)->logits(rows);
    REQUIRE(logits);
    REQUIRE(logits->size() == rows.size());
    double worst = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& expected = one.at("logits").at(i).as_array();
      const auto vocabulary = static_cast<std::size_t>((*engine)->config().vocab_size);
      REQUIRE(logits->at(i).size() == rows[i].size() * vocabulary);
      for (std::size_t at = 0; at < rows[i].size(); ++at) {
        const auto wanted = numbers_of<double>(expected.at(at));
        REQUIRE(wanted.size() == vocabulary);
        for (std::size_t token = 0; token < vocabulary; ++token)
          worst =
              std::max(worst, std::abs(static_cast<double>(logits->at(i)[at * vocabulary + token]) - wanted[token]));
      }
    }
    CHECK(worst <= 1e-4);
  }
}

}  // namespace
}  // namespace assay::engine
