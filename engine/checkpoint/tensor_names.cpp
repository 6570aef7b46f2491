#include "engine/checkpoint/tensor_names.h"

namespace assay::engine {

std::int64_t NamedShape::numbers() const {
  std::int64_t product = 1;
  for (const std::int64_t length : shape) product *= length;
  return product;
}

std::string layer_tensor(std::int64_t layer, const std::string& rest) {
  return "model.layers." + std::to_string(layer) + "." + rest;
}

std::vector<NamedShape> tensors_of(const ModelConfig& config) {
  const std::int64_t hidden = config.hidden_size, wide = config.intermediate_size, vocabulary = config.vocab_size;
  const std::int64_t queries = config.num_attention_heads * config.head_size();
  const std::int64_t keys = config.num_key_value_heads * config.head_size();
  const NamedShape of_layer[] = {
      {"input_layernorm.weight", {hidden}},
      {"self_attn.q_proj.weight", {queries, hidden}},
      {"self_attn.q_proj.bias", {queries}},
      {"self_attn.k_proj.weight", {keys, hidden}},
      {"self_attn.k_proj.bias", {keys}},
      {"self_attn.v_proj.weight", {keys, hidden}},
      {"self_attn.v_proj.bias", {keys}},
      {"self_attn.o_proj.weight", {hidden, queries}},
      {"post_attention_layernorm.weight", {hidden}},
      {"mlp.gate_proj.weight", {wide, hidden}},
      {"mlp.up_proj.weight", {wide, hidden}},
      {"mlp.down_proj.weight", {hidden, wide}},
  };
  std::vector<NamedShape> all{{"model.embed_tokens.weight", {vocabulary, hidden}}};
  for (std::int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
    for (const NamedShape& tensor : of_layer) all.push_back({layer_tensor(layer, tensor.name), tensor.shape});
  all.push_back({"model.norm.weight", {hidden}});
  if (!config.tie_word_embeddings) all.push_back({"lm_head.weight", {vocabulary, hidden}});
  return all;
}

}  // namespace assay::engine
