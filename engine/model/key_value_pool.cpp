#include "engine/model/key_value_pool.h"

#include <ATen/ATen.h>

namespace assay::engine {

KeyValuePool::KeyValuePool(const ModelConfig& config, const at::TensorOptions& options, std::int64_t slots)
    : left_(at::zeros({slots, config.hidden_size}, options)) {
  const std::int64_t shape[] = {config.num_hidden_layers, slots, config.num_key_value_heads, 0, config.head_size()};
  keys_ = at::zeros(shape, options);
  values_ = at::zeros(shape, options);
}

void KeyValuePool::reserve(std::int64_t length) {
  constexpr std::int64_t unit = 64;  // so that a row that is a little longer than the last moves nothing
  const std::int64_t old = keys_.size(3), room = (length + unit - 1) / unit * unit;
  if (room <= old) return;
  for (at::Tensor* tensor : {&keys_, &values_}) {
    std::vector<std::int64_t> shape = tensor->sizes().vec();
    shape[3] = room;
    at::Tensor larger = at::zeros(shape, tensor->options());
    larger.narrow(3, 0, old).copy_(*tensor);
    *tensor = std::move(larger);
  }
}

}  // namespace assay::engine
