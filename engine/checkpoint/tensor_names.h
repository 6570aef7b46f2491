#pragma once
/// The weights of a Dream model by name and shape, as its files hold them.
#include <cstdint>
#include <string>
#include <vector>

#include "engine/checkpoint/model_config.h"

namespace assay::engine {

struct NamedShape {
  std::string name;
  std::vector<std::int64_t> shape;

  [[nodiscard]] std::int64_t numbers() const;
};

/// "model.layers.3.mlp.up_proj.weight" of layer 3 and "mlp.up_proj.weight".
[[nodiscard]] std::string layer_tensor(std::int64_t layer, const std::string& rest);

/// All of them, and no other: embedding, layers in order, norm, head (none where it is tied).
[[nodiscard]] std::vector<NamedShape> tensors_of(const ModelConfig& config);

}  // namespace assay::engine
