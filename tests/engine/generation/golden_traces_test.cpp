#include <map>

#include "engine/engine.h"
#include "tests/engine/generation/decoded.h"
#include "tests/engine/golden.h"

namespace assay::engine {
namespace {

using namespace tests;

DecodingOptions options_of(const boost::json::object& given) {
  DecodingOptions options;
  options.alg = algorithm_of(std::string(given.at("alg").as_string())).value();
  options.steps = given.at("steps").to_number<std::int64_t>();
  options.max_new_tokens = given.at("max_new_tokens").to_number<std::int64_t>();
  if (const auto* one = given.if_contains("block_length")) options.block_length = one->to_number<std::int64_t>();
  if (const auto* one = given.if_contains("cache")) options.cache = cache_of(std::string(one->as_string())).value();
  if (const auto* one = given.if_contains("threshold"); one && !one->is_null())
    options.threshold = one->to_number<double>();
  if (const auto* one = given.if_contains("top_p"); one && !one->is_null()) options.top_p = one->to_number<double>();
  if (const auto* one = given.if_contains("top_k"); one && !one->is_null())
    options.top_k = one->to_number<std::int64_t>();
  return options;
}

using Fills = std::vector<std::pair<std::int64_t, std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>>>;

/// Blocks, positions and tokens of the steps that filled anything: in the golden batches a row waits for the others
/// with empty steps where a threshold let it end a block before them.
Fills golden_fills(const boost::json::value& one, std::size_t row) {
  Fills fills;
  for (const auto& step : one.at("steps").as_array()) {
    const auto filled = numbers_of<std::int64_t>(step.at("filled").at(row));
    if (!filled.empty())
      fills.push_back(
          {step.at("block").to_number<std::int64_t>(), {filled, numbers_of<std::int64_t>(step.at("tokens").at(row))}});
  }
  return fills;
}

Fills fills_of(const Trace& trace) {
  Fills fills;
  for (const TraceStep& step : trace.steps)
    if (!step.filled.empty()) fills.push_back({step.block, {step.filled, step.tokens}});
  return fills;
}

std::vector<RowRequest> requests_of(const boost::json::value& prompts) {
  std::vector<RowRequest> requests;
  for (const auto& prompt : prompts.as_array())
    requests.push_back({requests.size(), numbers_of<std::int64_t>(prompt), {}});
  return requests;
}

TEST_CASE("decodings are the golden ones token for token, each row alone and all in a batch", "[decoding]") {
  if (!have_golden()) ASSAY_SKIP("the golden values (shared/fixtures/engine) are absent");
  const auto cases = engine_cases("traces");
  REQUIRE(cases.size() >= 96);
  const std::size_t most_rows = GENERATE(1, 8);
  const bool batch_invariant = GENERATE(false, true);
  std::map<std::string, std::unique_ptr<Engine>> engines;
  for (const auto& one : cases) {
    const std::string model(one.at("model").as_string());
    if (!engines.contains(model)) {
      auto engine = load_engine(shared_dir() / "fixtures/engine" / model, {.device = test_device(),
                                                                           .number_type = NumberType::float32,
                                                                           .batch_invariant = batch_invariant,
                                                                           .threads = 1});
      if (!engine) FAIL(engine.error().message);
      engines[model] = std::move(*engine);
    }
    CAPTURE(model, boost::json::serialize(one.at("options")), most_rows);
    const DecodingOptions options = options_of(one.at("options").as_object());
    const auto rows = decoded(*engines[model], options, requests_of(one.at("prompts")), most_rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(fills_of(rows[i].trace) == golden_fills(one, i));
      CHECK(rows[i].trace.sequence == numbers_of<std::int64_t>(one.at("sequences").at(i)));
      if (!options.threshold || rows.size() == 1)
        CHECK(rows[i].trace.steps.size() == one.at("steps").as_array().size());
    }
  }
}

}  // namespace
}  // namespace assay::engine
