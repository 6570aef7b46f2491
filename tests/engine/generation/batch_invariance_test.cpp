#include <algorithm>
#include <bit>
#include <random>

#include "tests/engine/generation/decoded.h"

namespace assay::engine {
namespace {

using namespace tests;

/// 64 prompts of 1 to 40 tokens.
std::vector<RowRequest> mixed_prompts() {
  std::mt19937 random(4);
  std::vector<RowRequest> requests;
  for (std::uint64_t id = 0; id < 64; ++id) {
    RowRequest request{
        id, {}, {9, problem_key("problem " + std::to_string(id / 2)), static_cast<std::uint32_t>(id % 2)}};
    for (auto left = 1 + random() % 40; left > 0; --left) request.prompt.push_back(random() % 208);
    requests.push_back(std::move(request));
  }
  return requests;
}

struct Way {
  const char* what;
  DecodingOptions options;
};

std::vector<Way> ways() {
  DecodingOptions plain;
  plain.max_new_tokens = 16;
  DecodingOptions warm = plain;
  warm.temperature = 0.9;
  warm.top_p = 0.95;
  warm.alg_temp = 0.1;
  DecodingOptions prefix = warm;
  prefix.cache = Cache::prefix;
  prefix.block_length = 8;
  prefix.steps = 8;
  DecodingOptions dual = plain;
  dual.alg = Algorithm::maskgit_plus;
  dual.cache = Cache::dual;
  dual.block_length = 8;
  dual.threshold = 0.3;
  dual.temperature = 1;
  DecodingOptions origin = warm;
  origin.alg = Algorithm::origin;
  origin.alg_temp = 0;
  return {{"plain", plain}, {"warm", warm}, {"prefix", prefix}, {"dual", dual}, {"origin", origin}};
}

/// All of a decoding that could differ: tokens and the bits of their confidences.
std::vector<std::uint32_t> bits_of(const FinishedRow& row) {
  std::vector<std::uint32_t> bits;
  for (const TraceStep& step : row.trace.steps)
    for (const float confidence : step.confidence) bits.push_back(std::bit_cast<std::uint32_t>(confidence));
  return bits;
}

TEST_CASE("64 prompts of mixed lengths have the same texts at every batch size, in any order", "[invariance]") {
  const bool batch_invariant = GENERATE(false, true);
  const auto engine = small_engine(batch_invariant);
  std::vector<RowRequest> requests = mixed_prompts();
  for (const Way& way : ways()) {
    CAPTURE(way.what, batch_invariant);
    const auto alone = decoded(*engine, way.options, requests, 1);
    std::mt19937 random(5);
    for (const std::size_t most_rows : {2, 3, 8, 16}) {
      CAPTURE(most_rows);
      std::shuffle(requests.begin(), requests.end(), random);
      const auto together = decoded(*engine, way.options, requests, most_rows);
      std::size_t texts = 0, bits = 0;
      for (std::size_t i = 0; i < alone.size(); ++i) {
        texts += together[i].trace.sequence == alone[i].trace.sequence ? 0 : 1;
        bits += bits_of(together[i]) == bits_of(alone[i]) ? 0 : 1;
      }
      // A last bit changes a text where two confidences are as good as equal: a GPU's sums may do so for one.
      CHECK(texts <= (batch_invariant || test_device() == "cpu" ? 0 : 1));
      if (batch_invariant) CHECK(bits == 0);
    }
  }
}

TEST_CASE("seed, problem and sample change a text at temperatures above 0, and nothing else does", "[invariance]") {
  const auto engine = small_engine();
  DecodingOptions options;
  options.max_new_tokens = 16;
  options.temperature = 1;
  const std::vector<std::int64_t> prompt{1, 2, 3};
  const auto rows = decoded(*engine, options,
                            {{0, prompt, {1, 1, 0}},
                             {1, prompt, {2, 1, 0}},
                             {2, prompt, {1, 2, 0}},
                             {3, prompt, {1, 1, 1}},
                             {4, prompt, {1, 1, 0}}},
                            5);
  for (std::size_t i = 1; i < 4; ++i) CHECK(rows[i].trace.sequence != rows[0].trace.sequence);
  CHECK(rows[4].trace.sequence == rows[0].trace.sequence);
}

}  // namespace
}  // namespace assay::engine
