#pragma once
/// The weights of a Dream model as tensors on a device. Projections that read the same input are fused.
#include <ATen/core/Tensor.h>

#include <vector>

#include "engine/checkpoint/checkpoint.h"

namespace assay::engine {

struct LayerWeights {
  at::Tensor input_norm;      // [hidden]
  at::Tensor qkv, qkv_bias;   // [(heads + 2 kv_heads) · d, hidden], [(heads + 2 kv_heads) · d]
  at::Tensor output;          // [hidden, heads · d]
  at::Tensor attention_norm;  // [hidden], after the attention
  at::Tensor gate_up;         // [2 intermediate, hidden]
  at::Tensor down;            // [hidden, intermediate]
};

struct Weights {
  at::Tensor embedding;  // [vocab, hidden]
  std::vector<LayerWeights> layers;
  at::Tensor norm;  // [hidden]
  at::Tensor head;  // [vocab, hidden]; the embedding itself where they are tied
};

[[nodiscard]] at::ScalarType scalar_type(NumberType type);

/// Copies one tensor after the other, so that the host holds no second copy of the model; onto a GPU, of its own number
/// type, straight from the file. What LibTorch throws (no memory) is the caller's.
[[nodiscard]] Weights load_weights(const Checkpoint& checkpoint, at::Device device, NumberType type);

/// Normal, scaled by what is summed, norms 1, biases 0; the head four times that, so that distributions are uneven as a
/// trained model's are: for measurements and tests. The same numbers for the same seed on the same kind of device.
[[nodiscard]] Weights random_weights(const ModelConfig& config, at::Device device, NumberType type, std::uint64_t seed);

}  // namespace assay::engine
