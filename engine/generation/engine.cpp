#include "engine/engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/generation/batch.h"
#include "engine/generation/device_name.h"
#include "engine/generation/guarded.h"
#include "engine/generation/row_ids.h"

namespace assay::engine {
namespace {

class LoadedEngine final : public Engine {
 public:
  LoadedEngine(Transformer model, NumberType type, bool batch_invariant)
      : model_(std::move(model)), type_(type), batch_invariant_(batch_invariant) {}

  [[nodiscard]] const ModelConfig& config() const override { return model_.config(); }
  [[nodiscard]] NumberType number_type() const override { return type_; }

  [[nodiscard]] std::string device() const override {
    const at::Device device = model_.options().device();
    if (device.is_cpu()) return "cpu, " + std::to_string(at::get_num_threads()) + " threads";
    const std::string name = gpu_name(device.index());
    return name.empty() ? device.str() : device.str() + " (" + name + ")";
  }

  Result<std::vector<std::vector<float>>> logits(std::span<const std::vector<std::int64_t>> rows) override {
    for (const auto& row : rows)
      if (const auto checked = check_row(row, 0, config()); !checked) return tl::unexpected(checked.error());
    return guarded([&]() -> Result<std::vector<std::vector<float>>> {
      const c10::InferenceMode no_gradients;
      const c10::DeviceGuard device(model_.options().device());
      std::vector<std::vector<float>> all;
      for (const auto& row : rows) all.push_back(row_logits(row));
      return all;
    });
  }

  Result<std::unique_ptr<BatchDecoding>> decode(const DecodingOptions& options, std::size_t most_rows,
                                                std::vector<std::int64_t> ends) override {
    const auto full = checked(options);
    if (!full) return tl::unexpected(full.error());
    DecodingTokens tokens{config().mask_token_id, config().pad_token_id, std::move(ends)};
    return std::make_unique<Batch>(model_, *full, std::max<std::size_t>(most_rows, 1), std::move(tokens),
                                   batch_invariant_, logits_at_once(*full));
  }

  void bound_logits(std::uint64_t bytes) override { logits_bytes_ = bytes; }

  [[nodiscard]] MemoryPlan memory(const DecodingOptions& options, std::size_t rows,
                                  std::int64_t row_length) const override {
    const ModelConfig& model = config();
    const std::uint64_t number = row_of(type_).bytes, count = batch_invariant_ ? 1 : rows;
    const auto size = [](std::int64_t length) { return static_cast<std::uint64_t>(length); };
    MemoryPlan plan;
    plan.weights = size(model.parameters()) * number;
    if (options.cache != Cache::none)
      plan.kept = 2 * size(model.num_hidden_layers * model.num_key_value_heads * model.head_size() * row_length) *
                  rows * number;
    // The widest moment of a layer: residual, normalised input, both halves of the MLP and their product; norms in
    // float32.
    plan.activations = size(row_length) * count *
                       (size(4 * model.hidden_size + 3 * model.intermediate_size) * number +
                        size(2 * model.hidden_size) * sizeof(float));
    const std::uint64_t block = size(options.block_length > 0 ? options.block_length : options.max_new_tokens);
    const std::uint64_t at_once =
        std::min<std::uint64_t>(block * count * size(model.vocab_size), size(logits_at_once(options)));
    plan.logits = at_once * bytes_a_logit(options);
    return plan;
  }

 private:
  /// Float32, and as many again for what is scaled and summed in double; for top-p what is sorted as well, with its
  /// order of 8 bytes each, and what is dropped.
  static std::uint64_t bytes_a_logit(const DecodingOptions& options) {
    return (options.top_p < 1 ? 8 : 6) * sizeof(float);
  }
  [[nodiscard]] std::int64_t logits_at_once(const DecodingOptions& options) const {
    if (logits_bytes_ == 0 || batch_invariant_) return most_logits;
    const std::uint64_t fit = logits_bytes_ / bytes_a_logit(options);
    return std::clamp(static_cast<std::int64_t>(std::min<std::uint64_t>(fit, most_logits)), config().vocab_size,
                      std::max(most_logits, config().vocab_size));
  }
  [[nodiscard]] std::vector<float> row_logits(const std::vector<std::int64_t>& row) const {
    if (row.empty()) return {};
    const auto length = static_cast<std::int64_t>(row.size());
    RowPass pass{row, 0, length, -1, -1, {}};
    for (std::int64_t i = 0; i < length; ++i) pass.outputs.push_back(i);
    const at::Tensor found = model_.logits(model_.outputs(std::span(&pass, 1), nullptr)).to(at::kCPU).contiguous();
    const float* numbers = found.const_data_ptr<float>();
    return {numbers, numbers + found.numel()};
  }

  Transformer model_;
  NumberType type_;
  bool batch_invariant_;
  std::uint64_t logits_bytes_ = 0;  ///< 0: no bound but most_logits
};

/// The kernel would kill the process where weights do not fit.
Result<void> check_host_memory(const ModelConfig& config, NumberType type, const EngineOptions& options) {
  const std::uint64_t weights = static_cast<std::uint64_t>(config.parameters()) * row_of(type).bytes;
  const auto free = options.free_memory ? options.free_memory(weights) : std::nullopt;
  if (!free || weights <= *free) return {};
  const auto megabytes = [](std::uint64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; };
  return tl::unexpected(Error{
      Errc::no_memory, "the weights take " + megabytes(weights) + " as " + std::string(row_of(type).torch_name) +
                           ", and " + megabytes(*free) + " of the host's memory are left; " +
                           (row_of(type).bytes > 2 ? "--dtype bfloat16 takes half" : "free some, or take a GPU")});
}

/// The N of "cuda:N", 0 of "cuda"; none of other names.
std::optional<unsigned> gpu_index(std::string_view name) {
  unsigned index = 0;
  if (name == "cuda") return index;
  if (!name.starts_with("cuda:")) return std::nullopt;
  const std::string_view digits = name.substr(5);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return index;
}

Result<at::Device> device_of(const std::string& name) {
  const auto refused = [&](const std::string& why) {
    return tl::unexpected(Error{Errc::device, "device \"" + name + "\": " + why});
  };
  if (name == "cpu") return at::Device(at::kCPU);
  const auto index = name == "auto" ? std::optional(0U) : gpu_index(name);
  if (!index) return refused("only auto, cpu, cuda and cuda:N are known");
  return guarded([&]() -> Result<at::Device> {
    const int count = at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
    if (name == "auto" && count == 0) return at::Device(at::kCPU);
    if (count == 0)
      return refused("LibTorch sees no GPU; take --device cpu, or a LibTorch with CUDA that finds the driver");
    if (*index >= static_cast<unsigned>(count))
      return refused("LibTorch sees " + std::to_string(count) + (count == 1 ? " GPU" : " GPUs") + ", counted from 0");
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(*index));
  });
}

/// Which of a GPU's kernels LibTorch takes, in the whole process.
void set_kernels() {
  // cuDNN's attention, which LibTorch prefers on Hopper and later, builds a plan for each new shape (23 to 37 ms of the
  // host's time) and keeps it for good; here shapes change at every step. The other kernels take any shape at once.
  at::globalContext().setSDPUseCuDNN(false);
  at::globalContext().setFloat32MatmulPrecision("highest");  // TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1 would say otherwise
}

/// Places `weights` (a function of device and number type) as an engine.
template <class MakeWeights>
Result<std::unique_ptr<Engine>> engine_with(const ModelConfig& config, const EngineOptions& options,
                                            MakeWeights&& weights) {
  const auto device = device_of(options.device);
  if (!device) return tl::unexpected(device.error());
  if (options.threads > 0) at::set_num_threads(options.threads);
  const NumberType type = options.number_type.value_or(device->is_cpu() ? NumberType::float32 : config.number_type());
  if (device->is_cpu())
    if (const auto fits = check_host_memory(config, type, options); !fits) return tl::unexpected(fits.error());
  return guarded([&]() -> Result<std::unique_ptr<Engine>> {
    const c10::InferenceMode no_gradients;
    const c10::DeviceGuard guard(*device);
    if (device->is_cuda()) set_kernels();
    return std::make_unique<LoadedEngine>(Transformer(config, weights(*device, type)), type, options.batch_invariant);
  });
}

}  // namespace

Result<std::unique_ptr<Engine>> load_engine(const std::filesystem::path& folder, const EngineOptions& options) {
  const auto checkpoint = Checkpoint::open(folder);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  return engine_with(checkpoint->config(), options,
                     [&](at::Device device, NumberType type) { return load_weights(*checkpoint, device, type); });
}

Result<std::unique_ptr<Engine>> random_engine(const ModelConfig& config, const EngineOptions& options,
                                              std::uint64_t seed) {
  return engine_with(config, options,
                     [&](at::Device device, NumberType type) { return random_weights(config, device, type, seed); });
}

}  // namespace assay::engine
