#pragma once
/// The options of commands that decode with the engine.
#include <cstdint>
#include <string>

#include "engine/decoding/options.h"
#include "engine/engine.h"
#include "harness/error.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct DecodingFlags {
  engine::DecodingOptions decoding;
  double threshold = -1;  ///< below 0: none
};

/// --alg, --steps, --max-new-tokens, --temperature and what goes with them.
void add_decoding_flags(CLI::App& command, DecodingFlags& flags);
/// What was asked for, completed. @return Errc::usage, naming the option at fault.
[[nodiscard]] Result<engine::DecodingOptions> decoding_of(const DecodingFlags& flags);

struct EngineFlags {
  engine::EngineOptions engine;
  std::string dtype;  ///< empty: the engine's choice
};

/// --device, --dtype, --threads, --batch-invariant.
void add_engine_flags(CLI::App& command, EngineFlags& flags);
[[nodiscard]] engine::EngineOptions engine_of(const EngineFlags& flags);

}  // namespace assay::harness
