#pragma once
/// What `config.json` (and `generation_config.json`, where there is one) says of a model.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/number_type.h"
#include "engine/error.h"

namespace assay::engine {

/// A Dream model: Qwen2.5's layers without a causal mask. The fields are named as in config.json.
struct ModelConfig {
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t vocab_size = 0;
  std::int64_t max_position_embeddings = 0;
  double rope_theta = 1e6;
  double rms_norm_eps = 1e-6;
  bool tie_word_embeddings = false;  ///< the head is the embedding; the files hold no lm_head.weight
  std::int64_t mask_token_id = -1;
  std::int64_t pad_token_id = -1;          ///< -1: none
  std::vector<std::int64_t> eos_token_id;  ///< what ends a text: of both files, ascending
  std::optional<NumberType> torch_dtype;   ///< none: config.json does not say; Checkpoint::open() asks the weights

  /// Of the weights as they lie in files.
  [[nodiscard]] NumberType number_type() const { return torch_dtype.value_or(NumberType::float32); }
  [[nodiscard]] std::int64_t head_size() const { return hidden_size / num_attention_heads; }
  /// Of the weights, in numbers.
  [[nodiscard]] std::int64_t parameters() const;
};

/// Reads what transformers 4 writes, and 5 (`rope_parameters`, `dtype`).
/// @return Errc::not_found without a config.json; Errc::bad_data where a field is missing or out of range, or two say
/// different things; Errc::unsupported for what this engine does not compute: another activation, scaled or sliding
/// attention. The message names the field.
[[nodiscard]] Result<ModelConfig> read_model_config(const std::filesystem::path& folder);

/// The text of a config.json that read_model_config() reads back.
[[nodiscard]] std::string model_config_json(const ModelConfig& config);

}  // namespace assay::engine
