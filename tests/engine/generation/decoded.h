#pragma once
/// Rows decoded to their end, whatever the order in which they finish.
#include <memory>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "tests/catch.h"
#include "tests/engine/device.h"

namespace assay::tests {

inline engine::ModelConfig small_config() {
  engine::ModelConfig config;
  config.hidden_size = 64;
  config.intermediate_size = 96;
  config.num_hidden_layers = 3;
  config.num_attention_heads = 8;
  config.num_key_value_heads = 2;
  config.vocab_size = 211;
  config.max_position_embeddings = 256;
  config.mask_token_id = 210;
  config.pad_token_id = 209;
  config.eos_token_id = {208};
  return config;
}

/// On one thread: a busy machine makes many small steps on several wait for one another.
inline std::unique_ptr<engine::Engine> small_engine(bool batch_invariant = false) {
  auto made = engine::random_engine(small_config(),
                                    {.device = test_device(), .batch_invariant = batch_invariant, .threads = 1}, 17);
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

/// By id, which must count from 0 in some order.
inline std::vector<engine::FinishedRow> decoded(engine::Engine& engine, const engine::DecodingOptions& options,
                                                const std::vector<engine::RowRequest>& requests,
                                                std::size_t most_rows) {
  const auto decoding = engine.decode(options, most_rows, engine.config().eos_token_id);
  if (!decoding) FAIL(decoding.error().message);
  for (const engine::RowRequest& request : requests) REQUIRE((*decoding)->submit(request));
  std::vector<engine::FinishedRow> rows(requests.size());
  std::size_t finished_rows = 0;
  while ((*decoding)->unfinished() > 0) {
    auto finished = (*decoding)->advance();
    if (!finished) FAIL(finished.error().message);
    finished_rows += finished->size();
    for (engine::FinishedRow& row : *finished) rows.at(row.id) = std::move(row);
  }
  CHECK(finished_rows == requests.size());
  return rows;
}

}  // namespace assay::tests
