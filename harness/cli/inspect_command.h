#pragma once
/// `assay model info`, `logits` and `trace`: what a checkpoint holds, and what the engine makes of token ids.
#include <string>

#include "harness/cli/decoding_options.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct InspectOptions {
  std::string model;  ///< a Hugging Face model folder
  std::string ids;    ///< a JSON array of arrays of token ids; "-": standard input
  std::size_t batch = 16;
  bool confidence = false;
  bool json = false;
  EngineFlags engine;
  DecodingFlags decoding;
};

/// Each adds its subcommand to `model`; parsing fills `options`, which must outlive it.
CLI::App* add_info(CLI::App& model, InspectOptions& options);
CLI::App* add_logits(CLI::App& model, InspectOptions& options);
CLI::App* add_trace(CLI::App& model, InspectOptions& options);
/// Each returns the process's exit code.
[[nodiscard]] int run_info(const InspectOptions& options);
[[nodiscard]] int run_logits(const InspectOptions& options);
[[nodiscard]] int run_trace(const InspectOptions& options);

}  // namespace assay::harness
