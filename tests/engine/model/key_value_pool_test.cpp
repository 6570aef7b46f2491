#include "engine/model/key_value_pool.h"

#include <c10/core/InferenceMode.h>

#include "tests/engine/aten.h"
#include "tests/engine/device.h"
#include "tests/engine/little_memory.h"

namespace assay::engine {
namespace {

using namespace tests;

/// A position's keys take 4 KiB.
ModelConfig pool_config() {
  ModelConfig config;
  config.hidden_size = 1024;
  config.num_hidden_layers = 1;
  config.num_attention_heads = config.num_key_value_heads = 1;
  return config;
}

TEST_CASE("a pool grows by whole pieces, and keeps what it has", "[model]") {
  const c10::InferenceMode no_gradients;
  KeyValuePool pool(pool_config(), at::TensorOptions().dtype(at::kFloat), 2);
  pool.reserve(3);
  CHECK(pool.keys(0).size(2) == 64);
  pool.keys(0).fill_(1);
  pool.values(0).fill_(2);
  pool.reserve(65);
  for (const auto& [kept, number] : {std::pair{pool.keys(0), 1.0F}, std::pair{pool.values(0), 2.0F}}) {
    CHECK(kept.sizes() == at::IntArrayRef({2, 1, 128, 1024}));
    CHECK(kept.narrow(2, 0, 64).eq(number).all().item<bool>());
  }
}

TEST_CASE("a pool that ran out of memory between keys and values grows both when there is some again", "[model]") {
  if (test_device() != "cpu") ASSAY_SKIP("a CPU: the address space that is limited here is no GPU's memory");
  const c10::InferenceMode no_gradients;
  KeyValuePool pool(pool_config(), at::TensorOptions().dtype(at::kFloat), 1);
  constexpr std::int64_t length = 32 << 10;  // 128 MiB of keys
  {
    const LittleMemory little(192 << 20);
    CHECK_THROWS(pool.reserve(length));
  }
  pool.reserve(length);
  CHECK(pool.keys(0).size(2) == length);
  CHECK(pool.values(0).size(2) == length);
}

}  // namespace
}  // namespace assay::engine
