#pragma once
/// Keys and values that rows of a batch keep from one forward pass to the next.
#include <ATen/core/Tensor.h>

#include "engine/checkpoint/model_config.h"

namespace assay::engine {

/// A slot a row. Each holds, for every layer, the keys (rotated) and values of a row's positions, and the last layer's
/// output at the position left of the row's block, which predicts the block's first token.
class KeyValuePool {
 public:
  KeyValuePool(const ModelConfig& config, const at::TensorOptions& options, std::int64_t slots);

  /// Room for rows of `length` positions; what is kept stays, also where memory runs out and this is to be called
  /// again.
  void reserve(std::int64_t length);

  /// [slots, kv_heads, room, d]
  [[nodiscard]] at::Tensor keys(std::int64_t layer) const { return keys_.select(0, layer); }
  [[nodiscard]] at::Tensor values(std::int64_t layer) const { return values_.select(0, layer); }
  /// [slots, hidden]
  [[nodiscard]] at::Tensor& left() { return left_; }

 private:
  at::Tensor keys_, values_;  // [layers, slots, kv_heads, room, d]
  at::Tensor left_;           // [slots, hidden]
};

}  // namespace assay::engine
