#include "harness/cli/decoding_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <map>

#include "harness/cli/option_values.h"

namespace assay::harness {
namespace {

constexpr std::int64_t most_tokens = 1 << 20;
constexpr int most_threads = 1024;

}  // namespace

void add_decoding_flags(CLI::App& command, DecodingFlags& flags) {
  engine::DecodingOptions& decoding = flags.decoding;
  const std::map<std::string, engine::Algorithm> algorithms = {{"origin", engine::Algorithm::origin},
                                                               {"maskgit_plus", engine::Algorithm::maskgit_plus},
                                                               {"topk_margin", engine::Algorithm::topk_margin},
                                                               {"entropy", engine::Algorithm::entropy}};
  const std::map<std::string, engine::Cache> caches = {
      {"none", engine::Cache::none}, {"prefix", engine::Cache::prefix}, {"dual", engine::Cache::dual}};
  command.add_option("--alg", decoding.alg, "what makes a position worth filling (default: entropy)")
      ->transform(one_of(algorithms))
      ->option_text("origin|maskgit_plus|topk_margin|entropy");
  command
      .add_option("--max-new-tokens", decoding.max_new_tokens,
                  "masks behind the prompt; of a server, tokens of an answer at most (EvalPlus: 768)")
      ->capture_default_str()
      ->check(in_range(std::int64_t{1}, most_tokens));
  command.add_option("--steps", decoding.steps, "steps in all (default: as many as new tokens)")
      ->check(in_range(std::int64_t{1}, most_tokens));
  command
      .add_option("--block-length", decoding.block_length,
                  "fill blocks of this length, left to right (default: one block)")
      ->check(in_range(std::int64_t{1}, most_tokens));
  command.add_option("--cache", decoding.cache, "keys and values kept within a block (default: none)")
      ->transform(one_of(caches))
      ->option_text("none|prefix|dual");
  command
      .add_option("--threshold", flags.threshold,
                  "fill all that is at least this sure, in as many steps as it takes (maskgit_plus, topk_margin)")
      ->check(in_range(0.0, 1.0));
  command.add_option("--temperature", decoding.temperature, "0: the most likely token")
      ->capture_default_str()
      ->check(in_range(0.0, 1e6));
  command.add_option("--top-p", decoding.top_p, "draw from the most likely tokens of this sum")
      ->capture_default_str()
      ->check(in_range(0.0, 1.0));
  command.add_option("--top-k", decoding.top_k, "draw from this many tokens; 0: from all")
      ->capture_default_str()
      ->check(in_range(std::int64_t{0}, std::int64_t{1} << 40));
  command.add_option("--alg-temp", decoding.alg_temp, "above 0: draw the positions to fill as well")
      ->capture_default_str()
      ->check(in_range(0.0, 1e6));
  command.add_option("--eps", decoding.eps, "the schedule's last point")
      ->capture_default_str()
      ->check(in_range(1e-9, 0.999));
  command.add_flag("--stop-early", decoding.stop_early, "leave the blocks after an end token");
  command.add_option("--seed", decoding.seed, "of all random numbers")
      ->capture_default_str()
      ->check(in_range(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()));
}

Result<engine::DecodingOptions> decoding_of(const DecodingFlags& flags) {
  engine::DecodingOptions decoding = flags.decoding;
  if (flags.threshold >= 0) decoding.threshold = flags.threshold;
  auto full = engine::checked(decoding);
  if (full) return *full;
  std::string message = full.error().message;
  const auto name_end = message.find(' ');
  std::replace(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(std::min(name_end, message.size())), '_',
               '-');
  return tl::unexpected(Error{Errc::usage, "--" + message});
}

void add_engine_flags(CLI::App& command, EngineFlags& flags) {
  command
      .add_option("--device", flags.engine.device,
                  "auto, cpu, cuda, cuda:1; several by commas (generate, run) share the work")
      ->capture_default_str();
  command
      .add_option("--dtype", flags.dtype,
                  "of weights and activations (default: float32 on a CPU, the model's own on a GPU)")
      ->check(one_of({"float32", "bfloat16", "float16"}));
  command.add_option("--threads", flags.engine.threads, "LibTorch's on a CPU (default: one a core)")
      ->check(in_range(1, most_threads));
  command.add_flag("--batch-invariant", flags.engine.batch_invariant,
                   "the same bits whatever the batch: each row runs in shapes of its own, which is slower");
}

engine::EngineOptions engine_of(const EngineFlags& flags) {
  engine::EngineOptions options = flags.engine;
  options.number_type = engine::number_type_of(&engine::NumberTypeRow::torch_name, flags.dtype);
  return options;
}

}  // namespace assay::harness
