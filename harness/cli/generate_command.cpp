#include "harness/cli/generate_command.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "datasets/digest.h"
#include "datasets/load.h"
#include "harness/cli/eval_options.h"
#include "harness/cli/failure.h"
#include "harness/errors.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/generation/engine_provider.h"
#include "harness/generation/generation.h"
#include "harness/generation/server_provider.h"
#include "harness/progress.h"
#include "harness/python_json.h"
#include "harness/sanitize/needed_code.h"

namespace assay::harness {
namespace {

using Clock = std::chrono::steady_clock;

bool is_server(const std::string& model) { return model.starts_with("http://") || model.starts_with("https://"); }

Result<std::unique_ptr<Provider>> provider_of(const GenerateOptions& options) {
  auto decoding = decoding_of(options.decoding);
  if (!decoding) return tl::unexpected(decoding.error());
  if (!is_server(options.model)) {
    EngineProviderOptions engine{engine_of(options.engine), *decoding, options.batch, !options.traces.empty()};
    return engine_provider(options.model, engine);
  }
  ServerProviderOptions server;
  server.address = options.model;
  server.model = options.model_name;
  server.form = options.prompt == PromptForm::base || options.prompt == PromptForm::diffucoder ? ServerForm::completions
                                                                                               : ServerForm::chat;
  server.max_tokens = decoding->max_new_tokens;
  server.temperature = decoding->temperature;
  server.top_p = decoding->top_p;
  server.seed = decoding->seed;
  server.concurrency = options.concurrency;
  server.requests_a_minute = options.requests_a_minute;
  server.http.retries = options.retries;
  if (const char* key = std::getenv(options.key_variable.c_str())) server.http.key = key;
  return server_provider(server);
}

/// Of all that decides a sample besides its problem and number.
std::string generation_digest(const GenerateOptions& options, const datasets::Dataset& dataset,
                              const Provider& provider, const std::vector<Draw>& draws) {
  constexpr std::size_t shown = 16;
  std::string all =
      dataset.sha256 + "\n" + provider.identity() + "\n" + (options.no_sanitize ? "raw\n" : "sanitized\n");
  if (!draws.empty()) all += draws.front().prompt.text;
  return datasets::sha256(all).substr(0, shown);
}

/// One `assay generate`: its data set read and its prompts made.
class GenerateRun {
 public:
  GenerateRun(const GenerateOptions& options, datasets::Dataset dataset, std::vector<Draw> draws)
      : options_(options), dataset_(std::move(dataset)), draws_(std::move(draws)) {}
  int operator()();

 private:
  Result<GenerationResult> draw(Provider& provider, sandbox::Executor& executor, SamplesOut& out, std::stop_token stop);
  int conclude(const Provider& provider, const SamplesOut& out, const GenerationResult& result);

  const GenerateOptions& options_;
  datasets::Dataset dataset_;
  std::vector<Draw> draws_;
  double seconds_ = 0;
};

Result<GenerationResult> GenerateRun::draw(Provider& provider, sandbox::Executor& executor, SamplesOut& out,
                                           std::stop_token stop) {
  const auto start = Clock::now();
  const auto seconds = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  Progress progress(options_.quiet || options_.json ? Progress::Mode::silent : Progress::Mode::automatic,
                    draws_.size());
  progress.tell([&] {
    const DrawCounts counts = provider.counts();
    std::string text = fmt::format("{:.1f} tokens/s", static_cast<double>(counts.tokens) / std::max(seconds(), 1e-3));
    if (counts.passes > 0)
      text += fmt::format(", {:.2f} tokens a forward",
                          static_cast<double>(counts.tokens) / static_cast<double>(counts.passes));
    return text;
  });
  std::size_t kept = 0;
  for (const Draw& one : draws_) kept += out.has(one.task_id, one.sample) ? 1 : 0;
  for (std::size_t i = 0; i < kept; ++i) progress.add(true);
  GenerationSettings settings;
  settings.sanitize = !options_.no_sanitize;
  settings.advance = [&progress] { progress.add(true); };
  auto result = generate(provider, executor, dataset_, draws_, out, settings, std::move(stop));
  progress.finish();
  seconds_ = seconds();
  return result;
}

int GenerateRun::conclude(const Provider& provider, const SamplesOut& out, const GenerationResult& result) {
  for (const std::string& warning : result.warnings) warn(warning);
  std::size_t kept = 0;
  for (const Draw& one : draws_) kept += out.has(one.task_id, one.sample) ? 1 : 0;
  const DrawCounts counts = provider.counts();
  const double rate = seconds_ > 0 ? static_cast<double>(counts.tokens) / seconds_ : 0;
  if (options_.json) {
    std::string text = "{\"dataset\": ";
    append_json(text, dataset_.name);
    text += ", \"model\": ";
    append_json(text, provider.description());
    text += fmt::format(
        ", \"samples\": {}, \"written\": {}, \"kept\": {}, \"interrupted\": {}, \"seconds\": {:.3f}, \"tokens\": {}, "
        "\"tokens_a_second\": {:.3f}, \"tokens_a_forward\": {}, \"out\": ",
        draws_.size(), result.written, kept, result.interrupted, seconds_, counts.tokens, rate,
        counts.passes > 0
            ? fmt::format("{:.4f}", static_cast<double>(counts.tokens) / static_cast<double>(counts.passes))
            : "null");
    append_json(text, options_.out);
    fmt::print("{}}}\n", text);
  }
  if (result.interrupted)
    return fail(
        {Errc::interrupted, fmt::format("generate: interrupted; {} of {} samples are in {}, the same command goes on",
                                        kept + result.written, draws_.size(), options_.out)});
  if (!options_.json)
    fmt::print("{} samples of {} in {}{}; {:.1f} tokens/s\n", kept + result.written, dataset_.name, options_.out,
               kept > 0 ? fmt::format(" ({} were there)", kept) : "", rate);
  return 0;
}

int GenerateRun::operator()() {
  EvalOptions slots;
  slots.parallel = options_.parallel;
  sandbox::Options sandbox_options;
  sandbox_options.python = options_.python;
  sandbox_options.require_tier = options_.require_tier;
  sandbox_options.slots = slots_of(slots);
  // Wardens first: they must not inherit what our threads hold.
  auto executor = sandbox::Executor::start(sandbox_options);
  if (!executor) return fail(of_sandbox(executor.error()));
  const Interrupt interrupt;
  const auto provider = provider_of(options_);
  if (!provider) return fail(provider.error());
  auto out = SamplesOut::open(options_.out, options_.traces, generation_digest(options_, dataset_, **provider, draws_),
                              options_.force ? SamplesOut::Existing::replace : SamplesOut::Existing::resume);
  if (!out) return fail(out.error());
  if (!options_.quiet && !options_.json)
    fmt::print(stderr, "assay: {} samples from {}\n", draws_.size(), (*provider)->description());
  const auto result = draw(**provider, *executor, *out, interrupt.token());
  if (!result) return fail(result.error());
  return conclude(**provider, *out, *result);
}

}  // namespace

int run_generate(const GenerateOptions& options) {
  if (const auto decoding = decoding_of(options.decoding); !decoding) return fail(decoding.error());
  if (!options.no_sanitize && !have_tree_sitter()) return fail(needed_code("", "").error());
  if (is_server(options.model) && !options.traces.empty())
    return fail({Errc::usage, "--traces: a server tells nothing of its decoding"});
  datasets::LoadOptions load_options;
  load_options.offline = options.offline;
  auto loaded = datasets::load(options.dataset, load_options);
  if (!loaded) return fail(of_datasets(loaded.error()));
  for (const std::string& warning : loaded->warnings) warn(warning);
  const PromptOptions prompts{options.prompt, options.template_file, is_server(options.model) ? "" : options.model};
  auto draws = draws_of(loaded->dataset, prompts, options.samples, options.limit);
  if (!draws) return fail(draws.error());
  if (options.samples > 1 && options.decoding.decoding.temperature == 0 && options.decoding.decoding.alg_temp == 0 &&
      options.decoding.decoding.alg != engine::Algorithm::origin)
    warn("at temperature 0 all samples of a problem are the same");
  return GenerateRun(options, std::move(loaded->dataset), std::move(*draws))();
}

}  // namespace assay::harness
