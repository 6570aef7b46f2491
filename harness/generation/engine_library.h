#pragma once
/// The engine, loaded when it is asked for.
#include <filesystem>
#include <memory>

#include "engine/engine.h"
#include "harness/error.h"

namespace assay::harness {

/// Whether this build has the engine. Loads nothing.
[[nodiscard]] bool have_engine();

/// Loads `libassay-engine.so`, which lies beside this program, and with it a model. LibTorch starts threads: whatever
/// must be started before there are any (the sandbox) comes first.
/// @return Errc::usage in a build without the engine; the engine's own errors.
[[nodiscard]] Result<std::unique_ptr<engine::Engine>> open_engine(const std::filesystem::path& model,
                                                                  const engine::EngineOptions& options);

}  // namespace assay::harness
