#include "harness/cli/generating.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "datasets/digest.h"
#include "harness/cli/failure.h"
#include "harness/cli/output_file.h"
#include "harness/generation/engine_provider.h"
#include "harness/generation/server_provider.h"
#include "harness/progress.h"
#include "harness/sanitize/needed_code.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

using Clock = std::chrono::steady_clock;

/// A line a problem and reason, of the first problems.
std::vector<std::string> undrawn_lines(const std::vector<Undrawn>& undrawn) {
  constexpr std::size_t most_lines = 50;
  std::vector<std::string> lines;
  std::size_t left_out = 0;
  for (std::size_t at = 0, end = 0; at < undrawn.size(); at = end) {
    const Undrawn& first = undrawn[at];
    while (end < undrawn.size() && undrawn[end].draw->task_id == first.draw->task_id && undrawn[end].why == first.why)
      ++end;
    const std::size_t samples = end - at;
    if (lines.size() == most_lines)
      left_out += samples;
    else
      lines.push_back(fmt::format(
          "{}: {} not drawn: {}", sandbox::printable(first.draw->task_id),
          samples == 1 ? fmt::format("sample {}", first.draw->sample) : fmt::format("{} samples", samples), first.why));
  }
  if (left_out > 0) lines.push_back(fmt::format("and {} more samples not drawn", left_out));
  return lines;
}

/// What to know of answers that are odd, a line each.
std::vector<std::string> flaw_lines(const Generated& made, const GenerationResult& result,
                                    const GenerateOptions& options) {
  const std::size_t answers = made.kept + result.written;
  std::vector<std::string> lines;
  if (const std::size_t count = made.flawed.at(AnswerFlaw::cut_off); count > 0)
    lines.push_back(
        fmt::format("{} of {} answers were cut off at --max-new-tokens {}; to draw all anew give more, and another "
                    "--out or --force",
                    count, answers, options.decoding.decoding.max_new_tokens));
  if (const std::size_t count = made.flawed.at(AnswerFlaw::filtered); count > 0)
    lines.push_back(fmt::format("{} of {} answers were held back by the server's filter (finish_reason content_filter)",
                                count, answers));
  if (const std::size_t count = made.flawed.at(AnswerFlaw::empty); count > 0 && is_server(options.model)) {
    lines.push_back(fmt::format("{} of {} answers have no text", count, answers));
    for (const auto& [member, thoughts] : result.thoughts_in)
      lines.back() += fmt::format("; {} of them had {} alone: give --max-new-tokens more, or have the server not think",
                                  thoughts, member);
  }
  return lines;
}

}  // namespace

bool is_server(const std::string& model) { return model.starts_with("http://") || model.starts_with("https://"); }

Result<void> check(const GenerateOptions& options) {
  if (is_server(options.model) && !options.engine_given.empty())
    return tl::unexpected(Error{Errc::usage, options.engine_given +
                                                 ": of the engine only; a server decodes in its own way, and takes "
                                                 "--temperature, --top-p, --max-new-tokens and --seed"});
  if (!is_server(options.model) && !options.server_given.empty())
    return tl::unexpected(Error{Errc::usage, options.server_given + ": of a server only, and --model names none; leave "
                                                                    "it out, or give --model http://HOST/v1"});
  for (const auto& [option, path] : {std::pair("--out", &options.out), {"--traces", &options.traces}})
    if (auto free = is_no_input(option, *path, {options.dataset, options.template_file}); !free) return free;
  const auto decoding = decoding_of(options.decoding);
  if (!decoding) return tl::unexpected(decoding.error());
  std::error_code ignored;
  if (!is_server(options.model) && !std::filesystem::is_directory(options.model, ignored))
    return tl::unexpected(Error{Errc::bad_data, options.model + ": there is no such folder; --model is the folder of a "
                                                                "Hugging Face model, or a server's http://HOST/v1"});
  if (!options.no_sanitize && !have_tree_sitter()) return tl::unexpected(needed_code("", "").error());
  if (options.samples > 1 && decoding->temperature == 0 && decoding->alg_temp == 0 &&
      decoding->alg != engine::Algorithm::origin)
    warn("at temperature 0 all samples of a problem are the same");
  return {};
}

Result<std::unique_ptr<Provider>> provider_of(const GenerateOptions& options, const std::stop_token& stop) {
  auto decoding = decoding_of(options.decoding);
  if (!decoding) return tl::unexpected(decoding.error());
  if (!is_server(options.model)) {
    EngineProviderOptions engine{engine_of(options.engine), *decoding, options.batch, !options.traces.empty()};
    engine.stop = stop;
    if (!options.quiet && !options.json)
      engine.reading = [](std::uint64_t bytes) {
        fmt::print(stderr, "assay: reading the model's files ({:.1f} GB), once\n", static_cast<double>(bytes) / 1e9);
      };
    return engine_provider(options.model, engine);
  }
  ServerProviderOptions server;
  server.address = options.model;
  server.model = options.model_name;
  server.form = is_server_chat(options.prompt) ? ServerForm::chat : ServerForm::completions;
  server.max_tokens = decoding->max_new_tokens;
  server.temperature = decoding->temperature;
  server.top_p = decoding->top_p;
  server.seed = decoding->seed;
  server.concurrency = options.concurrency;
  server.requests_a_minute = options.requests_a_minute;
  server.http.retries = options.retries;
  if (const char* text = std::getenv(options.key_variable.c_str())) {
    auto key = bearer_key(text);
    if (!key) return tl::unexpected(Error{key.error().code, options.key_variable + ": " + key.error().message});
    server.http.key = std::move(*key);
  }
  return server_provider(server, stop);
}

Result<std::vector<Draw>> draws_of(const GenerateOptions& options, const datasets::Dataset& dataset) {
  const PromptOptions prompts{options.prompt, options.template_file, is_server(options.model) ? "" : options.model};
  return draws_of(dataset, prompts, options.samples, options.limit);
}

std::string generation_digest(const GenerateOptions& options, const datasets::Dataset& dataset,
                              const Provider& provider, const std::vector<Draw>& draws) {
  constexpr std::size_t shown = 16;
  std::string all =
      dataset.sha256 + "\n" + provider.identity() + "\n" + (options.no_sanitize ? "raw\n" : "sanitized\n");
  const bool chat = is_server(options.model) && is_server_chat(options.prompt);
  if (!draws.empty())
    all += chat ? draws.front().chat.system + "\n" + draws.front().chat.user : draws.front().prompt.text;
  return datasets::sha256(all).substr(0, shown);
}

std::string undrawn_text(const Generated& made, std::size_t draws) {
  std::set<std::string_view> problems;
  for (const Undrawn& one : made.result.undrawn) problems.insert(one.draw->task_id);
  return fmt::format("{} of {} samples could not be drawn, of {} problem{}", made.result.undrawn.size(), draws,
                     problems.size(), problems.size() == 1 ? "" : "s");
}

Result<Generated> generate(const GenerateOptions& options, Provider& provider, sandbox::Executor& executor,
                           const datasets::Dataset& dataset, const std::vector<Draw>& draws, SamplesOut& out,
                           decltype(GenerationSettings::use) use, const std::function<std::string()>& note,
                           std::stop_token stop) {
  const auto start = Clock::now();
  const auto seconds = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  Progress progress(options.quiet || options.json ? Progress::Mode::silent : Progress::Mode::automatic, draws.size());
  progress.tell([&] {
    const DrawCounts counts = provider.counts();
    std::string text = fmt::format("{:.1f} tokens/s", static_cast<double>(counts.tokens) / std::max(seconds(), 1e-3));
    if (counts.passes > 0)
      text += fmt::format(", {:.2f} tokens a forward",
                          static_cast<double>(counts.tokens) / static_cast<double>(counts.passes));
    if (note) text += ", " + note();
    const std::string kept_by = provider.note();
    return kept_by.empty() ? text : text + ", " + kept_by;
  });
  provider.on_note([&progress] { progress.refresh(); });
  Generated made;
  made.kept = static_cast<std::size_t>(
      std::ranges::count_if(draws, [&](const Draw& draw) { return out.has(draw.task_id, draw.sample); }));
  for (std::size_t i = 0; i < made.kept; ++i) progress.add(true);
  const auto untraced = std::ranges::count_if(draws, [&](const Draw& draw) {
    return !options.traces.empty() && out.has(draw.task_id, draw.sample) && !out.has_trace(draw.task_id, draw.sample);
  });
  GenerationSettings settings;
  settings.sanitize = !options.no_sanitize;
  settings.use = std::move(use);
  settings.advance = [&progress] { progress.add(true); };
  auto result = generate(provider, executor, dataset, draws, out, settings, std::move(stop));
  provider.on_note({});
  progress.finish();
  if (!result) return tl::unexpected(result.error());
  for (const AnswerFlaw flaw : {AnswerFlaw::cut_off, AnswerFlaw::filtered, AnswerFlaw::empty})
    made.flawed[flaw] = static_cast<std::size_t>(
        std::ranges::count_if(draws, [&](const Draw& draw) { return out.is(flaw, draw.task_id, draw.sample); }));
  if (untraced > 0)
    result->warnings.push_back(
        fmt::format("{} samples in {} were drawn without traces, and have none in {}; to draw them with theirs name "
                    "another --out",
                    untraced, options.out, options.traces));
  for (std::string& line : flaw_lines(made, *result, options)) result->warnings.push_back(std::move(line));
  for (std::string& line : undrawn_lines(result->undrawn)) result->warnings.push_back(std::move(line));
  for (const std::string& warning : result->warnings) warn(warning);
  made.result = std::move(*result);
  made.counts = provider.counts();
  made.seconds = seconds();
  return made;
}

}  // namespace assay::harness
