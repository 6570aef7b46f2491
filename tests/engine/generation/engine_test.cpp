#include "engine/engine.h"

#include <cmath>
#include <map>

#include "engine/generation/device_name.h"
#include "tests/engine/generation/decoded.h"
#include "tests/engine/little_memory.h"
#include "tests/engine/made_model.h"

namespace assay::engine {
namespace {

using namespace tests;

DecodingOptions eight_tokens() {
  DecodingOptions options;
  options.max_new_tokens = 8;
  return options;
}

TEST_CASE("a saved model is loaded and computes; number types differ by their rounding alone", "[engine]") {
  const TemporaryFolder folder;
  make_model(folder.path(), made_config());
  const std::vector<std::vector<std::int64_t>> rows{{1, 2, 3, 4}};
  std::map<NumberType, std::vector<float>> logits;
  for (const auto& type : number_types) {
    auto engine = load_engine(folder.path(), {.device = "cpu", .number_type = type.type});
    if (!engine) FAIL(engine.error().message);
    CHECK((*engine)->number_type() == type.type);
    auto found = (*engine)->logits(rows);
    if (!found) FAIL(found.error().message);
    REQUIRE(found->at(0).size() == 4 * 40);
    logits[type.type] = found->at(0);
  }
  double largest = 0, bfloat16 = 0, float16 = 0;
  for (std::size_t i = 0; i < logits[NumberType::float32].size(); ++i) {
    const double exact = logits[NumberType::float32][i];
    largest = std::max(largest, std::abs(exact));
    bfloat16 = std::max(bfloat16, std::abs(exact - logits[NumberType::bfloat16][i]));
    float16 = std::max(float16, std::abs(exact - logits[NumberType::float16][i]));
  }
  CHECK(largest > 0);
  CHECK(bfloat16 < 0.1 * largest);
  CHECK(float16 < 0.02 * largest);
}

TEST_CASE("what cannot be computed is refused in one line", "[engine]") {
  const auto engine = small_engine();
  const auto refused = [](const auto& result, const char* words) {
    REQUIRE(!result);
    CAPTURE(result.error().message);
    CHECK(result.error().message.find(words) != std::string::npos);
    CHECK(result.error().message.find('\n') == std::string::npos);
  };
  const std::vector<std::int64_t> long_row(257, 1);
  refused(engine->logits(std::vector<std::vector<std::int64_t>>{long_row}), "context of 256");
  refused(engine->logits(std::vector<std::vector<std::int64_t>>{{211}}), "vocabulary of 211");
  refused(engine->logits(std::vector<std::vector<std::int64_t>>{{-1}}), "vocabulary of 211");
  auto decoding = engine->decode(eight_tokens(), 2, {});
  REQUIRE(decoding);
  refused((*decoding)->submit({0, std::vector<std::int64_t>(249, 1), {}}), "context of 256");
  refused((*decoding)->submit({0, {500}, {}}), "vocabulary of 211");
  CHECK((*decoding)->unfinished() == 0);
  DecodingOptions options = eight_tokens();
  options.steps = -3;
  refused(engine->decode(options, 2, {}), "steps");
  refused(load_engine("/nowhere", {}), "no such folder");
}

TEST_CASE("a device that is not there, or is none, is refused in words of what is known", "[engine]") {
  struct Row {
    const char *device, *words;
  };
  const auto row = GENERATE(values<Row>({{"cuda:99", "\"cuda:99\": LibTorch sees"},
                                         {"toaster", "only auto, cpu, cuda and cuda:N"},
                                         {"meta", "only auto, cpu, cuda and cuda:N"},
                                         {"cuda:", "only auto, cpu, cuda and cuda:N"},
                                         {"cuda:-1", "only auto, cpu, cuda and cuda:N"},
                                         {"cuda:1x", "only auto, cpu, cuda and cuda:N"},
                                         {"", "only auto, cpu, cuda and cuda:N"}}));
  CAPTURE(row.device);
  const auto engine = random_engine(small_config(), {.device = row.device}, 1);
  REQUIRE(!engine);
  CAPTURE(engine.error().message);
  CHECK(engine.error().code == Errc::device);
  CHECK(engine.error().message.find(row.words) != std::string::npos);
  if (test_device() == "cpu") {
    const auto none = random_engine(small_config(), {.device = "cuda"}, 1);  // where there is no GPU
    CHECK((none || none.error().message.find("take --device cpu") != std::string::npos));
  }
}

TEST_CASE("an engine's device has the GPU's name where the driver tells it", "[engine]") {
  const std::string device = small_engine()->device();
  CHECK(device.starts_with(test_device()));
  if (test_device() == "cpu")
    CHECK(device == "cpu, 1 threads");
  else
    CHECK(device.find(" (" + gpu_name(0).substr(0, 6)) != std::string::npos);
  CHECK(gpu_name(-1).empty());
  CHECK(gpu_name(1 << 20).empty());
}

TEST_CASE("a model whose numbers are none ends a decoding, whatever the options", "[engine]") {
  const TemporaryFolder folder;
  make_model(folder.path(), made_config(), 1U << 30, std::numeric_limits<float>::quiet_NaN());
  const auto engine = load_engine(folder.path(), {.device = "cpu"});
  REQUIRE(engine);
  for (const auto alg : {Algorithm::origin, Algorithm::maskgit_plus, Algorithm::topk_margin, Algorithm::entropy}) {
    DecodingOptions options = eight_tokens();
    options.alg = alg;
    options.temperature = GENERATE(0.0, 1.0);
    if (alg == Algorithm::maskgit_plus || alg == Algorithm::topk_margin) options.threshold = 0.5;
    const auto decoding = (*engine)->decode(options, 2, {});
    REQUIRE(decoding);
    REQUIRE((*decoding)->submit({0, {1, 2}, {}}));
    const auto rows = [&] {
      for (int i = 0; i < 8; ++i)
        if (const auto some = (*decoding)->advance(); !some || !some->empty()) return some;
      return (*decoding)->advance();
    }();
    REQUIRE(!rows);
    CHECK(rows.error().message.find("not numbers") != std::string::npos);
  }
}

TEST_CASE("empty prompts and empty rows are rows like others", "[engine]") {
  const auto engine = small_engine();
  const auto logits = engine->logits(std::vector<std::vector<std::int64_t>>{{}, {5}});
  REQUIRE(logits);
  CHECK(logits->at(0).empty());
  CHECK(logits->at(1).size() == 211);
  for (const Cache cache : {Cache::none, Cache::prefix, Cache::dual}) {
    DecodingOptions options = eight_tokens();
    options.cache = cache;
    options.block_length = 4;
    const auto rows = decoded(*engine, options, {{0, {}, {}}, {1, {3}, {}}}, 2);
    CHECK(rows[0].trace.sequence.size() == 8);
    CHECK(std::count(rows[0].trace.sequence.begin(), rows[0].trace.sequence.end(), 210) == 0);
  }
}

TEST_CASE("finished rows make room for queued ones", "[engine]") {
  const auto engine = small_engine();
  const auto decoding = engine->decode(eight_tokens(), 2, {});
  REQUIRE(decoding);
  for (std::uint64_t id = 0; id < 5; ++id)
    REQUIRE((*decoding)->submit({id, {1, 2, static_cast<std::int64_t>(id)}, {}}));
  CHECK((*decoding)->unfinished() == 5);
  std::size_t finished = 0;
  while ((*decoding)->unfinished() > 0) {
    const auto rows = (*decoding)->advance();
    REQUIRE(rows);
    finished += rows->size();
    CHECK((*decoding)->counts().row_passes <= 2 * (*decoding)->counts().passes);
  }
  CHECK(finished == 5);
  CHECK((*decoding)->counts().tokens == 40);
  CHECK((*decoding)->counts().passes < (*decoding)->counts().row_passes);
  const auto nothing = (*decoding)->advance();
  REQUIRE(nothing);
  CHECK(nothing->empty());
}

TEST_CASE("what predicts a cached block's first token is what the block's first pass gave", "[engine]") {
  // With one token a step the first position of a block is filled late: its logits are then those of the first pass.
  const auto engine = small_engine();
  DecodingOptions options = eight_tokens();
  options.alg = Algorithm::maskgit_plus;
  options.block_length = 8;
  options.steps = 8;
  options.cache = Cache::dual;
  const auto row = decoded(*engine, options, {{0, {7, 8, 9}, {}}}, 1).front();
  std::vector<std::int64_t> masked{7, 8, 9};
  masked.resize(11, 210);
  const auto logits = engine->logits(std::vector<std::vector<std::int64_t>>{masked});
  REQUIRE(logits);
  std::vector<float> left(logits->at(0).begin() + 2 * 211, logits->at(0).begin() + 3 * 211);
  left[210] = -INFINITY;
  CHECK(row.trace.sequence[3] == std::max_element(left.begin(), left.end()) - left.begin());
}

TEST_CASE("a pass that what was kept answers runs no position, and changes no text", "[engine]") {
  const auto engine = small_engine();
  DecodingOptions options = eight_tokens();
  options.alg = Algorithm::maskgit_plus;
  options.block_length = 2;
  options.threshold = 1;  // that none reaches: one a pass
  options.cache = GENERATE(Cache::prefix, Cache::dual);
  std::vector<RowRequest> requests;
  for (std::uint64_t id = 0; id < 12; ++id)
    requests.push_back({id, std::vector<std::int64_t>(3 + id % 3, static_cast<std::int64_t>(id)), {}});
  const auto alone = decoded(*engine, options, requests, 1);
  const auto decoding = engine->decode(options, 4, {});
  REQUIRE(decoding);
  for (const RowRequest& request : requests) REQUIRE((*decoding)->submit(request));
  std::int64_t run = 0, answered = 0;
  while ((*decoding)->unfinished() > 0) {
    const auto finished = (*decoding)->advance();
    REQUIRE(finished);
    for (const FinishedRow& row : *finished) {
      CHECK(row.trace.sequence == alone.at(row.id).trace.sequence);
      const auto length = static_cast<std::int64_t>(row.trace.sequence.size());
      std::int64_t block = -1;
      for (const TraceStep& step : row.trace.steps) {
        if (step.filled.empty()) continue;
        const std::int64_t begin = row.trace.prompt_length + 2 * step.block;
        const bool first = std::exchange(block, step.block) != step.block;
        if (first) run += length;
        if (!first && step.filled.front() != begin) run += options.cache == Cache::dual ? 2 : length - begin;
        if (!first && step.filled.front() == begin) ++answered;
      }
    }
  }
  CHECK(answered > 0);
  CHECK((*decoding)->counts().positions == static_cast<std::uint64_t>(run));
}

TEST_CASE("without memory for a batch half of it goes on, and every row ends as if undisturbed", "[engine]") {
  if (test_device() != "cpu") ASSAY_SKIP("a CPU: the address space that is limited here is no GPU's memory");
  ModelConfig config = small_config();
  config.vocab_size = 50'000;
  config.mask_token_id = 49'999;
  auto engine = random_engine(config, {.device = "cpu", .threads = 1}, 3);
  REQUIRE(engine);
  DecodingOptions options = eight_tokens();
  options.max_new_tokens = 64;
  options.steps = 4;
  const Cache cache = GENERATE(Cache::none, Cache::dual);
  options.cache = cache;
  std::vector<RowRequest> requests;
  for (std::uint64_t id = 0; id < 16; ++id) requests.push_back({id, {1, static_cast<std::int64_t>(id)}, {}});
  const auto expected =
      decoded(**engine, options, requests, 1);  // 64 · 50,000 logits: 13 MB a row, 205 MB for all, and copies of them
  const auto decoding = (*engine)->decode(options, 16, {});
  REQUIRE(decoding);
  for (const RowRequest& request : requests) REQUIRE((*decoding)->submit(request));
  std::vector<FinishedRow> rows(requests.size());
  {
    const LittleMemory little(256 << 20);
    while ((*decoding)->unfinished() > 0) {
      auto finished = (*decoding)->advance();
      if (!finished) break;
      for (FinishedRow& row : *finished) rows.at(row.id) = std::move(row);
    }
  }
  CHECK((*decoding)->counts().halvings > 0);
  CHECK((*decoding)->counts().tokens == 16 * 64);  // what was thrown away is not counted
  CHECK((*decoding)->counts().row_passes == 16 * 4);
  REQUIRE((*decoding)->unfinished() == 0);
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i].trace.sequence == expected[i].trace.sequence);
}

TEST_CASE("the memory plan covers weights and grows with rows, length and caches", "[engine]") {
  const auto engine = small_engine();
  DecodingOptions options = eight_tokens();
  const MemoryPlan one = engine->memory(options, 1, 64), four = engine->memory(options, 4, 64);
  CHECK(one.weights == static_cast<std::uint64_t>(engine->config().parameters()) * 4);
  CHECK(one.kept == 0);
  CHECK(four.activations == 4 * one.activations);
  options.cache = Cache::dual;
  CHECK(engine->memory(options, 4, 64).kept == 2ULL * 3 * 2 * 8 * 64 * 4 * 4);
  CHECK(four.total() > four.weights);
}

TEST_CASE("logits are planned with all that top-p computes from them, and bounded by what may be taken", "[engine]") {
  const bool invariant = GENERATE(false, true);
  const auto engine = small_engine(invariant);
  DecodingOptions options = eight_tokens();
  options.temperature = 1;
  options.top_p = 0.9;
  CHECK(engine->memory(options, 1, 64).logits == 8ULL * 211 * 8 * sizeof(float));
  const auto expected = decoded(*engine, options, {{0, {1, 2, 3}, {}}}, 1);
  for (const std::uint64_t positions : {3, 0}) {
    engine->bound_logits(positions * 211 * 8 * sizeof(float) + 1);
    const std::uint64_t planned = invariant ? 8 : std::max<std::uint64_t>(positions, 1);
    CHECK(engine->memory(options, 1, 64).logits == planned * 211 * 8 * sizeof(float));
    CHECK(decoded(*engine, options, {{0, {1, 2, 3}, {}}}, 1)[0].trace.sequence == expected[0].trace.sequence);
  }
}

TEST_CASE("weights that the host has no memory for are refused before they are loaded", "[engine]") {
  const auto weights = static_cast<std::uint64_t>(small_config().parameters()) * 4;
  std::uint64_t asked = 0;
  EngineOptions options{.device = "cpu", .threads = 1};
  const auto with = [&](std::optional<std::uint64_t> free) {
    options.free_memory = [&asked, free](std::uint64_t wanted) {
      asked = wanted;
      return free;
    };
    return random_engine(small_config(), options, 1);
  };
  CHECK(with(weights));
  CHECK(asked == weights);
  CHECK(with(std::nullopt));
  const auto refused = with(weights - 1);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::no_memory);
  CHECK(refused.error().message.find("as float32") != std::string::npos);
  options.number_type = NumberType::bfloat16;
  CHECK(with(weights - 1));
}

}  // namespace
}  // namespace assay::engine
