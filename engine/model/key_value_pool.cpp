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
  const std::int64_t room = (length + unit - 1) / unit * unit;
  for (at::Tensor* tensor : {&keys_, &values_}) {  // each by its own size: memory may have run out between the two
    const std::int64_t old = tensor->size(3);
    if (room <= old) continue;
    std::vector<std::int64_t> shape = tensor->sizes().vec();
    shape[3] = room;
    at::Tensor larger = at::zeros(shape, tensor->options());
    larger.narrow(3, 0, old).copy_(*tensor);
    *tensor = std::move(larger);
  }
}

}  // namespace assay::engine
