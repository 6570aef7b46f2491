#pragma once
/// A small model folder, its weights a plain row of numbers, for tests of what is read and refused.
#include <cstring>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/tensor_names.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::tests {

inline engine::ModelConfig made_config() {
  engine::ModelConfig config;
  config.hidden_size = 16;
  config.intermediate_size = 24;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 4;
  config.num_key_value_heads = 2;
  config.vocab_size = 40;
  config.max_position_embeddings = 64;
  config.mask_token_id = 39;
  config.pad_token_id = 38;
  config.eos_token_id = {37, 38};
  return config;
}

/// Writes `config`'s model to `folder`; the numbers count up in steps of `step` (of another type than
/// float32 they are any).
inline void make_model(const std::filesystem::path& folder, const engine::ModelConfig& config,
                       std::uint64_t shard_bytes = 1U << 30, float step = 1.0F / 1024) {
  std::vector<float> numbers;
  const auto tensor = [&](const std::string& name) {
    for (const engine::NamedShape& shape : engine::tensors_of(config)) {
      if (shape.name != name) continue;
      numbers.resize(static_cast<std::size_t>(shape.numbers()));
      for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 97) * step;
      const engine::NumberType type = config.number_type();
      return engine::TensorView{name, type, shape.shape,
                                std::as_bytes(std::span(numbers)).first(numbers.size() * engine::row_of(type).bytes)};
    }
    return engine::TensorView{};
  };
  const auto saved = engine::save_checkpoint(folder, config, tensor, shard_bytes);
  REQUIRE(saved);
}

}  // namespace assay::tests
