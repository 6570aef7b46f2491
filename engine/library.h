#pragma once
/// The engine as a shared module, so that a program loads LibTorch only when it draws samples with it.
#include <filesystem>
#include <memory>

#include "engine/engine.h"

namespace assay::engine {

/// What the module `libassay-engine.so` hands out. Program and module are of one build: `build` says so.
struct EngineLibrary {
  const char* build;
  Result<std::unique_ptr<Engine>> (*load)(const std::filesystem::path& folder, const EngineOptions& options);
};

inline constexpr const char* engine_library_symbol = "assay_engine_library";
using EngineLibraryFunction = const EngineLibrary* (*)();

}  // namespace assay::engine
