#include "engine/model/weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>

#include "engine/checkpoint/tensor_names.h"

namespace assay::engine {
namespace {

/// The view's numbers in a tensor of its own: in the file they need not be aligned.
at::Tensor copy_of(const TensorView& view) {
  at::Tensor tensor = at::empty(view.shape, scalar_type(view.type));
  if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

/// The view's numbers where they lie in the file: for a copy of bytes, to which alignment is all one.
at::Tensor where_it_lies(const TensorView& view) {
  return at::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, scalar_type(view.type));
}

/// Fills a layer's tensors from a source of tensors by name.
class Assembly {
 public:
  using Source = std::function<at::Tensor(const NamedShape&)>;
  Assembly(const ModelConfig& config, const at::TensorOptions& options, Source source)
      : options_(options), source_(std::move(source)) {
    for (NamedShape& tensor : tensors_of(config)) shapes_.emplace(tensor.name, tensor.shape);
  }

  [[nodiscard]] at::Tensor one(const std::string& name) const { return joined({name}); }
  /// Stacked along the first dimension.
  [[nodiscard]] at::Tensor joined(const std::vector<std::string>& names) const {
    std::vector<std::int64_t> shape = shapes_.at(names.front());
    shape[0] = 0;
    for (const std::string& name : names) shape[0] += shapes_.at(name)[0];
    at::Tensor whole = at::empty(shape, options_);
    std::int64_t at = 0;
    for (const std::string& name : names) {
      const std::int64_t rows = shapes_.at(name)[0];
      whole.narrow(0, at, rows).copy_(source_({name, shapes_.at(name)}));
      at += rows;
    }
    return whole;
  }

 private:
  at::TensorOptions options_;
  Source source_;
  std::map<std::string, std::vector<std::int64_t>> shapes_;
};

Weights assembled(const ModelConfig& config, const Assembly& assembly) {
  Weights weights;
  weights.embedding = assembly.one("model.embed_tokens.weight");
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    const auto name = [i](const char* rest) { return layer_tensor(i, rest); };
    LayerWeights layer;
    layer.input_norm = assembly.one(name("input_layernorm.weight"));
    layer.qkv = assembly.joined(
        {name("self_attn.q_proj.weight"), name("self_attn.k_proj.weight"), name("self_attn.v_proj.weight")});
    layer.qkv_bias =
        assembly.joined({name("self_attn.q_proj.bias"), name("self_attn.k_proj.bias"), name("self_attn.v_proj.bias")});
    layer.output = assembly.one(name("self_attn.o_proj.weight"));
    layer.attention_norm = assembly.one(name("post_attention_layernorm.weight"));
    layer.gate_up = assembly.joined({name("mlp.gate_proj.weight"), name("mlp.up_proj.weight")});
    layer.down = assembly.one(name("mlp.down_proj.weight"));
    weights.layers.push_back(std::move(layer));
  }
  weights.norm = assembly.one("model.norm.weight");
  weights.head = config.tie_word_embeddings ? weights.embedding : assembly.one("lm_head.weight");
  return weights;
}

}  // namespace

at::ScalarType scalar_type(NumberType type) {
  switch (type) {
    case NumberType::bfloat16:
      return at::kBFloat16;
    case NumberType::float16:
      return at::kHalf;
    case NumberType::float32:
      break;
  }
  return at::kFloat;
}

Weights load_weights(const Checkpoint& checkpoint, at::Device device, NumberType type) {
  const at::TensorOptions options = at::TensorOptions().device(device).dtype(scalar_type(type));
  return assembled(checkpoint.config(), Assembly(checkpoint.config(), options, [&](const NamedShape& tensor) {
                     const TensorView& view = checkpoint.tensor(tensor.name);
                     return device.is_cuda() && view.type == type ? where_it_lies(view) : copy_of(view);
                   }));
}

Weights random_weights(const ModelConfig& config, at::Device device, NumberType type, std::uint64_t seed) {
  constexpr double sharpness = 4;  // of the head
  const at::TensorOptions options = at::TensorOptions().device(device).dtype(scalar_type(type));
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return assembled(config, Assembly(config, options, [&](const NamedShape& tensor) {
                     if (tensor.name.ends_with("norm.weight")) return at::ones(tensor.shape, options);
                     if (tensor.name.ends_with("bias")) return at::zeros(tensor.shape, options);
                     const bool embedding = tensor.name.find("embed") != std::string::npos;
                     const double scale = tensor.name == "lm_head.weight" ? sharpness : 1;
                     const double deviation = embedding ? 1 : scale / std::sqrt(static_cast<double>(tensor.shape[1]));
                     return at::empty(tensor.shape, options).normal_(0, deviation, generator);
                   }));
}

}  // namespace assay::engine
