#include "harness/cli/generate_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "datasets/load.h"
#include "harness/cli/failure.h"
#include "harness/cli/generating.h"
#include "harness/errors.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/python_json.h"
#include "reports/output/printable.h"

namespace assay::harness {
namespace {

Result<sandbox::Executor> start_executor(const GenerateOptions& options) {
  auto executor = sandbox::Executor::start(sandbox_options(options.jail));
  if (!executor) return tl::unexpected(of_sandbox(executor.error()));
  return std::move(*executor);
}

double rate_of(const Generated& made) {
  return made.seconds > 0 ? static_cast<double>(made.counts.tokens) / made.seconds : 0;
}

std::string undrawn_json(const std::vector<Undrawn>& undrawn) {
  std::string text = "[";
  for (const Undrawn& one : undrawn) {
    text += text.size() > 1 ? ", {\"task_id\": " : "{\"task_id\": ";
    append_json(text, one.draw->task_id);
    text += fmt::format(", \"sample_id\": {}, \"why\": ", one.draw->sample);
    append_json(text, one.why);
    text += "}";
  }
  return text + "]";
}

void print_json(const GenerateOptions& options, const datasets::Dataset& dataset, const Provider& provider,
                std::size_t draws, const Generated& made) {
  std::string text = "{\"dataset\": ";
  append_json(text, dataset.name);
  text += ", \"model\": ";
  append_json(text, provider.description());
  const std::string a_forward =
      made.counts.passes > 0
          ? fmt::format("{:.4f}", static_cast<double>(made.counts.tokens) / static_cast<double>(made.counts.passes))
          : "null";
  text += fmt::format(
      ", \"samples\": {}, \"written\": {}, \"kept\": {}, \"cut_off\": {}, \"filtered\": {}, \"empty\": {}, "
      "\"interrupted\": {}, \"seconds\": {:.3f}, "
      "\"tokens\": {}, "
      "\"tokens_a_second\": {:.3f}, \"tokens_a_forward\": {}, \"undrawn\": {}, \"out\": ",
      draws, made.result.written, made.kept, made.flawed.at(AnswerFlaw::cut_off), made.flawed.at(AnswerFlaw::filtered),
      made.flawed.at(AnswerFlaw::empty), made.result.interrupted, made.seconds, made.counts.tokens, rate_of(made),
      a_forward, undrawn_json(made.result.undrawn));
  append_json(text, options.out);
  fmt::print("{}}}\n", text);
}

int conclude(const GenerateOptions& options, const datasets::Dataset& dataset, const Provider& provider,
             std::size_t draws, const Generated& made) {
  if (options.json) print_json(options, dataset, provider, draws, made);
  const std::size_t there = made.kept + made.result.written;
  if (made.result.interrupted)
    return fail(
        {Errc::interrupted, fmt::format("generate: interrupted; {} of {} samples are in {}, the same command goes on",
                                        there, draws, options.out)});
  if (!options.json)
    fmt::print("{} samples of {} in {}{}{}\n", there, reports::printable(dataset.name), reports::printable(options.out),
               made.kept > 0 ? fmt::format(" ({} were there)", made.kept) : "",
               made.result.written > 0 ? fmt::format("; {:.1f} tokens/s", rate_of(made)) : "");
  if (made.result.undrawn.empty()) return 0;
  return fail(
      {Errc::undrawn, fmt::format("generate: {}; the same command tries them again", undrawn_text(made, draws))});
}

}  // namespace

int run_generate(const GenerateOptions& options) {
  if (const auto checked = check(options); !checked) return fail(checked.error());
  if (const auto place = SamplesOut::check(options.out, options.traces); !place) return fail(place.error());
  datasets::LoadOptions load_options;
  load_options.offline = options.offline;
  const auto loaded = datasets::load(options.dataset, load_options);
  if (!loaded) return fail(of_datasets(loaded.error()));
  for (const std::string& warning : loaded->warnings) warn(warning);
  const datasets::Dataset& dataset = loaded->dataset;
  const auto draws = draws_of(options, dataset);
  if (!draws) return fail(draws.error());

  // Wardens first: they must not inherit what our threads hold.
  auto executor = start_executor(options);
  if (!executor) return fail(executor.error());
  const Interrupt interrupt;
  const auto provider = provider_of(options, interrupt.token());
  if (!provider) return fail(provider.error());
  auto out = SamplesOut::open(options.out, options.traces, generation_digest(options, dataset, **provider, *draws),
                              options.force ? SamplesOut::Existing::replace : SamplesOut::Existing::resume);
  if (!out) return fail(out.error());
  if (!options.quiet && !options.json)
    fmt::print(stderr, "assay: {} samples from {}\n", draws->size(), reports::printable((*provider)->description()));
  const auto made = generate(options, **provider, *executor, dataset, *draws, *out, {}, {}, interrupt.token());
  if (!made) return fail(made.error());
  return conclude(options, dataset, **provider, draws->size(), *made);
}

}  // namespace assay::harness
