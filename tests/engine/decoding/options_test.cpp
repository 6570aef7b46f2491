#include "engine/decoding/options.h"

#include "tests/catch.h"

namespace assay::engine {
namespace {

TEST_CASE("what is not given follows from max_new_tokens", "[decoding]") {
  DecodingOptions options;
  options.max_new_tokens = 96;
  const auto full = checked(options);
  REQUIRE(full);
  CHECK(full->steps == 96);
  CHECK(full->block_length == 96);
  CHECK(full->blocks() == 1);
}

TEST_CASE("options out of range, or that do not go together, are refused by name", "[decoding]") {
  struct Row {
    const char* names;
    void (*change)(DecodingOptions&);
  };
  const auto row = GENERATE(values<Row>({
      {"max_new_tokens", [](DecodingOptions& o) { o.max_new_tokens = 0; }},
      {"max_new_tokens", [](DecodingOptions& o) { o.max_new_tokens = 1LL << 40; }},
      {"block_length (7) does not divide --max-new-tokens (64)", [](DecodingOptions& o) { o.block_length = 7; }},
      {"block_length", [](DecodingOptions& o) { o.block_length = -8; }},
      {"steps", [](DecodingOptions& o) { o.block_length = 8, o.steps = 9; }},
      {"steps", [](DecodingOptions& o) { o.steps = -1; }},
      {"temperature", [](DecodingOptions& o) { o.temperature = -0.1; }},
      {"temperature", [](DecodingOptions& o) { o.temperature = std::numeric_limits<double>::quiet_NaN(); }},
      {"top_p", [](DecodingOptions& o) { o.top_p = 1.5; }},
      {"top_k", [](DecodingOptions& o) { o.top_k = -1; }},
      {"alg_temp", [](DecodingOptions& o) { o.alg_temp = -1; }},
      {"eps", [](DecodingOptions& o) { o.eps = 0; }},
      {"threshold", [](DecodingOptions& o) { o.threshold = 0.9, o.alg = Algorithm::entropy; }},
      {"threshold", [](DecodingOptions& o) { o.threshold = 1.9, o.alg = Algorithm::maskgit_plus; }},
      {"threshold and --alg-temp",
       [](DecodingOptions& o) { o.threshold = 0.9, o.alg = Algorithm::maskgit_plus, o.alg_temp = 1; }},
  }));
  CAPTURE(row.names);
  DecodingOptions options;
  options.max_new_tokens = 64;
  row.change(options);
  const auto full = checked(options);
  REQUIRE(!full);
  CHECK(full.error().message.find(row.names) != std::string::npos);
}

TEST_CASE("with a threshold any number of steps goes with any number of blocks", "[decoding]") {
  DecodingOptions options;
  options.alg = Algorithm::maskgit_plus;
  options.max_new_tokens = 64;
  options.block_length = 8;
  options.threshold = 0.9;
  options.steps = GENERATE(1, 9);
  const auto full = checked(options);
  REQUIRE(full);
  CHECK(full->steps == options.steps);
  CHECK(full->steps_a_block() == 1);
}

TEST_CASE("algorithms and caches have the release's names", "[decoding]") {
  for (const char* name : {"origin", "maskgit_plus", "topk_margin", "entropy"})
    CHECK(name_of(algorithm_of(name).value()) == name);
  for (const char* name : {"none", "prefix", "dual"}) CHECK(name_of(cache_of(name).value()) == name);
  CHECK(!algorithm_of("greedy"));
  CHECK(!cache_of(""));
}

}  // namespace
}  // namespace assay::engine
