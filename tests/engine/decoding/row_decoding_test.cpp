#include "engine/decoding/row_decoding.h"

#include "tests/catch.h"

namespace assay::engine {
namespace {

using Ids = std::vector<std::int64_t>;
constexpr std::int64_t mask = 100, pad = 101, end_token = 102;

DecodingOptions options_of(std::int64_t new_tokens, std::int64_t block, std::int64_t steps, Cache cache) {
  DecodingOptions options;
  options.alg = Algorithm::maskgit_plus;
  options.max_new_tokens = new_tokens;
  options.block_length = block;
  options.steps = steps;
  options.cache = cache;
  return *checked(options);
}

RowDecoding row_of(const DecodingOptions& options) {
  return {Ids{1, 2, 3}, options, SampleKey{}, {mask, pad, {end_token}}};
}

/// Fills with the position's own number; the further right, the surer.
std::vector<Choice> rightmost(const RowWork& work) {
  std::vector<Choice> choices;
  for (const std::int64_t position : work.candidates) choices.push_back({position, static_cast<float>(position)});
  return choices;
}

TEST_CASE("a cache runs the whole row first in each block, then what it does not keep", "[decoding]") {
  struct Row {
    Cache cache;
    std::int64_t begin, end;
  };
  const auto row = GENERATE(values<Row>({{Cache::none, 0, 11}, {Cache::prefix, 3, 11}, {Cache::dual, 3, 7}}));
  RowDecoding decoding = row_of(options_of(8, 4, 8, row.cache));
  std::vector<RowWork> works;
  while (const auto work = decoding.next()) {
    works.push_back(*work);
    decoding.fill(rightmost(*work));
  }
  REQUIRE(works.size() >= 4);
  CHECK((works[0].begin == 0 && works[0].end == 11));
  CHECK(works[0].keep == (row.cache != Cache::none));
  CHECK(works[0].block_begin == 3);
  CHECK(works[0].candidates == Ids{3, 4, 5, 6});
  CHECK((works[1].begin == row.begin && works[1].end == row.end));
  CHECK(!works[1].keep);
  CHECK(works[1].candidates == Ids{3, 4, 5});
  const auto second =
      std::find_if(works.begin(), works.end(), [](const RowWork& work) { return work.block_begin == 7; });
  REQUIRE(second != works.end());
  CHECK((second->begin == 0 && second->end == 11));
  CHECK(decoding.done());
  CHECK(decoding.ids() == Ids{1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("a block's first position alone runs nothing, once what predicts it is kept", "[decoding]") {
  struct Row {
    const char* what;
    Cache cache;
    std::size_t prompt;
    Ids runs;  // how many positions each pass runs
  };
  const auto row = GENERATE(values<Row>({{"no cache", Cache::none, 3, {7, 7, 7, 7}},
                                         {"prefix", Cache::prefix, 3, {7, 0, 7, 0}},
                                         {"dual", Cache::dual, 3, {7, 0, 7, 0}},
                                         {"nothing is left of the first block", Cache::dual, 0, {4, 2, 4, 0}}}));
  CAPTURE(row.what);
  DecodingOptions options = options_of(4, 2, 4, row.cache);
  options.threshold = 1;  // that none reaches: one a pass
  RowDecoding decoding(Ids(row.prompt, 1), options, SampleKey{}, {mask, pad, {end_token}});
  Ids runs;
  while (const auto work = decoding.next()) {
    runs.push_back(work->end - work->begin);
    std::vector<Choice> choices = rightmost(*work);
    for (Choice& choice : choices) choice.confidence /= 100;
    decoding.fill(choices);
  }
  CHECK(runs == row.runs);
}

TEST_CASE("steps that fill nothing cost no pass and stand in the trace", "[decoding]") {
  RowDecoding decoding = row_of(options_of(2, 2, 8, Cache::none));
  int passes = 0;
  while (const auto work = decoding.next()) {
    ++passes;
    decoding.fill(rightmost(*work));
  }
  CHECK(passes <= 2);
  REQUIRE(decoding.trace().steps.size() == 8);
  CHECK(decoding.trace().steps.front().filled.empty());
  CHECK(decoding.trace().steps.back().filled.size() >= 1);
}

TEST_CASE("a threshold ends a block when it is full, whatever the steps say", "[decoding]") {
  DecodingOptions options = options_of(8, 4, 8, Cache::dual);
  options.steps = GENERATE(8, 1, 3);
  options.threshold = 0.5;
  RowDecoding decoding = row_of(options);
  while (const auto work = decoding.next()) {
    std::vector<Choice> choices;
    for (const std::int64_t position : work->candidates)
      choices.push_back({position, position % 2 == 0 ? 0.75F : 0.25F});
    decoding.fill(choices);
  }
  const auto& steps = decoding.trace().steps;
  REQUIRE(steps.size() == 6);  // the sure half of a block at once, then one by one
  CHECK(steps[0].filled == Ids{4, 6});
  CHECK(steps[1].filled == Ids{3});
  CHECK(steps[2].filled == Ids{5});
  CHECK(steps[3].block == 1);
}

TEST_CASE("stopping early pads the blocks after an end token, and changes no text", "[decoding]") {
  const bool early = GENERATE(false, true);
  DecodingOptions options = options_of(12, 4, 12, Cache::none);
  options.stop_early = early;
  RowDecoding decoding = row_of(options);
  int passes = 0;
  while (const auto work = decoding.next()) {
    ++passes;
    std::vector<Choice> choices = rightmost(*work);
    for (std::size_t i = 0; i < choices.size(); ++i)
      if (work->candidates[i] == 5) choices[i].token = end_token;
    decoding.fill(choices);
  }
  CHECK(decoding.text_tokens().size() == 2);
  CHECK(decoding.ids().at(6) == 6);  // the block itself is filled
  CHECK((decoding.ids().back() == pad) == early);
  CHECK((passes <= 4) == early);
}

TEST_CASE("origin fills a position with the schedule's probability", "[decoding]") {
  DecodingOptions options;
  options.alg = Algorithm::origin;
  options.max_new_tokens = 64;
  options.steps = 4;
  options = *checked(options);
  constexpr int rows = 500;
  std::vector<double> filled(4);
  for (std::uint32_t i = 0; i < rows; ++i) {
    RowDecoding decoding({1}, options, SampleKey{5, 0, i}, {mask, pad, {}});
    while (const auto work = decoding.next()) decoding.fill(rightmost(*work));
    REQUIRE(decoding.trace().steps.size() == 4);
    for (std::size_t step = 0; step < 4; ++step)
      filled[step] += static_cast<double>(decoding.trace().steps[step].filled.size());
  }
  // Marginally each position is filled at step i with t[i] − t[i+1], and what is left of t at the last.
  const Schedule schedule(4, options.eps);
  double left = 1, chi_square = 0;
  for (std::size_t step = 0; step < 4; ++step) {
    const double share = left * schedule.probability(static_cast<std::int64_t>(step));
    left -= share;
    const double expected = share * rows * 64;
    chi_square += (filled[step] - expected) * (filled[step] - expected) / expected;
  }
  CHECK(chi_square < 16.3);  // 3 degrees of freedom, 0.001
}

TEST_CASE("a trace is written in the format of the specification", "[decoding]") {
  RowDecoding decoding = row_of(options_of(2, 2, 2, Cache::none));
  while (const auto work = decoding.next()) decoding.fill(rightmost(*work));
  const std::string text =
      trace_members(decoding.trace(), options_of(2, 2, 2, Cache::none), {end_token}, Confidence::omitted);
  CHECK(
      text ==
      R"("prompt_length": 3, "options": {"alg": "maskgit_plus", "steps": 2, "max_new_tokens": 2, "block_length": 2, )"
      R"("cache": "none", "temperature": 0, "eps": 0.001, "seed": 0, "end_token_ids": [102]}, "steps": [{"block": 0, "filled": [], )"
      R"("tokens": []}, {"block": 0, "filled": [3, 4], "tokens": [3, 4]}], "sequence": [1, 2, 3, 3, 4])");
  CHECK(trace_members(decoding.trace(), options_of(2, 2, 2, Cache::none), {end_token}, Confidence::written)
            .find("\"confidence\": [3, 4]") != std::string::npos);
}

}  // namespace
}  // namespace assay::engine
