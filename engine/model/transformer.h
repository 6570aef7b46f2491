#pragma once
/// The forward pass of a Dream model: Qwen2.5's layers, every position seeing every other.
///
/// Rows are packed one behind the other, without padding: a row's numbers come from its own positions alone, whatever
/// the company. The linear layers run over all of them at once, the attention row by row, rows of one length together.
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/model/key_value_pool.h"
#include "engine/model/weights.h"

namespace assay::engine {

/// A row's part in a forward pass.
struct RowPass {
  std::span<const std::int64_t> ids;  ///< of the whole row
  std::int64_t begin = 0, end = 0;    ///< the positions that run; none where all outputs are what the slot kept
  std::int64_t slot = -1;       ///< where the pool keeps the others' keys and values, and gets these; -1: nothing kept
  std::int64_t keep_left = -1;  ///< a position whose last output the slot keeps
  /// Positions whose last output is wanted; begin − 1 is the one that the slot kept.
  std::vector<std::int64_t> outputs;
};

/// Const members may be called from one thread at a time a pool. What LibTorch throws goes through.
class Transformer {
 public:
  Transformer(ModelConfig config, Weights weights);

  /// The last layer's normalised output at every row's `outputs`, in order: [outputs, hidden].
  /// @param pool may be none where no row has a slot.
  [[nodiscard]] at::Tensor outputs(std::span<const RowPass> rows, KeyValuePool* pool) const;

  /// Unshifted logits in float32. outputs: [n, hidden] → [n, vocab]
  [[nodiscard]] at::Tensor logits(const at::Tensor& outputs) const;

  [[nodiscard]] const ModelConfig& config() const { return config_; }
  [[nodiscard]] at::TensorOptions options() const { return weights_.norm.options(); }

 private:
  ModelConfig config_;
  Weights weights_;
  at::Tensor angles_;  // [d / 2] float32: 1 / theta^(2j / d)
};

}  // namespace assay::engine
