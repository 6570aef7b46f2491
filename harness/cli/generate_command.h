#pragma once
/// `assay generate`: samples of a model for a data set.
#include <cstdint>
#include <string>

#include "harness/cli/decoding_options.h"
#include "harness/cli/jail_options.h"
#include "harness/generation/draws.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct GenerateOptions {
  std::string model;       ///< a model folder, or a server's address
  std::string model_name;  ///< of a server's models; empty: the first
  std::string dataset;
  std::uint32_t samples = 1;  ///< a problem
  std::size_t limit = 0;      ///< problems; 0: all
  PromptForm prompt = PromptForm::automatic;
  std::string template_file;
  std::string out = "samples.jsonl";
  std::string traces;
  bool force = false;
  bool no_sanitize = false;
  bool offline = false;
  std::size_t batch = 0;
  std::size_t concurrency = 16;
  double requests_a_minute = 0;
  int retries = 8;
  std::string key_variable = "OPENAI_API_KEY";
  JailOptions jail;
  EngineFlags engine;
  DecodingFlags decoding;
  std::string engine_given;  ///< options that only the engine has, as they were given: "--alg, --steps"
  std::string server_given;  ///< likewise of a server
  bool json = false;
  bool quiet = false;
};

/// The options of commands that draw samples.
void add_generation(CLI::App& command, GenerateOptions& options);
/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_generate(CLI::App& app, GenerateOptions& options);
/// The process's exit code.
[[nodiscard]] int run_generate(const GenerateOptions& options);

}  // namespace assay::harness
