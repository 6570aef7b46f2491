#pragma once
/// Samples from the masked-diffusion engine.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "engine/engine.h"
#include "harness/generation/provider.h"

namespace assay::harness {

struct EngineProviderOptions {
  engine::EngineOptions engine;
  engine::DecodingOptions decoding;  ///< completed
  std::size_t batch = 0;             ///< rows at once; 0: as many as memory holds, 16 at most
  bool traces = false;
  /// Before so many bytes of the model's files are read for their digest, where that takes seconds.
  std::function<void(std::uint64_t bytes)> reading = {};
  std::stop_token stop = {};  ///< of that reading
};

/// Loads model and tokenizer. LibTorch starts threads: the sandbox must have started.
/// @return Errc::bad_data, also for a tokenizer that does not fit the model; Errc::usage without an engine.
[[nodiscard]] Result<std::unique_ptr<Provider>> engine_provider(const std::filesystem::path& model,
                                                                const EngineProviderOptions& options);

}  // namespace assay::harness
