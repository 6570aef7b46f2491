#include "harness/cli/run_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>

#include "datasets/digest.h"
#include "harness/cli/eval_run.h"
#include "harness/cli/failure.h"
#include "harness/cli/generating.h"
#include "harness/samples.h"

namespace assay::harness {
namespace {

/// The evaluation's options: its own, and those that both commands have.
EvalOptions eval_options(const RunOptions& options) {
  EvalOptions eval = options.eval;
  eval.dataset = options.generate.dataset;
  eval.samples = options.generate.out;
  eval.offline = options.generate.offline;
  eval.parallel = options.generate.parallel;
  eval.python = options.generate.python;
  eval.require_tier = options.generate.require_tier;
  eval.force = options.generate.force;
  eval.json = options.generate.json;
  eval.quiet = options.generate.quiet;
  eval.allow_missing = options.generate.limit > 0;
  return eval;
}

Result<std::vector<Sample>> samples_of(const RunOptions& options, const datasets::Dataset& dataset) {
  SamplesOptions reading;
  reading.allow_missing = true;
  reading.tell_missing = false;
  auto read = read_samples(options.generate.out, dataset, reading);
  if (!read) return tl::unexpected(read.error());
  return std::move(read->samples);
}

/// Draws what is missing, and judges each sample as it is written, while the model goes on.
Result<Generated> draw_and_judge(const RunOptions& options, EvalRun& run, Provider& provider,
                                 const std::vector<Draw>& draws) {
  const std::string digest = generation_digest(options.generate, run.dataset(), provider, draws);
  // The samples themselves are not known yet; what makes them is.
  if (const auto opened = run.open(datasets::sha256("generated\n" + digest)); !opened)
    return tl::unexpected(opened.error());
  auto out = SamplesOut::open(options.generate.out, options.generate.traces, digest,
                              options.generate.force ? SamplesOut::Existing::replace : SamplesOut::Existing::resume);
  if (!out) return tl::unexpected(out.error());
  const auto there = samples_of(options, run.dataset());
  if (!there) return tl::unexpected(there.error());
  if (const auto forgot = run.forget_other_samples(*there); !forgot) return tl::unexpected(forgot.error());
  if (!options.generate.quiet && !options.generate.json)
    fmt::print(stderr, "assay: {} samples from {}\n", draws.size(), provider.description());
  std::atomic<std::size_t> judged = 0;
  const auto judge = [&](const GeneratedSample& sample, const std::stop_token& stop) -> Result<void> {
    Sample one;
    one.task_id = sample.draw->task_id;
    one.solution = sample.solution;
    one.ordinal = *sample.line;
    auto done = run.judge_early(one, stop);
    ++judged;
    return done;
  };
  return generate(
      options.generate, provider, run.executor(), run.dataset(), draws, *out, judge,
      [&] { return fmt::format("{} judged", judged.load()); }, run.stop());
}

}  // namespace

int run_run(const RunOptions& options) {
  if (const auto checked = check(options.generate); !checked) return fail(checked.error());
  const EvalOptions eval = eval_options(options);
  std::vector<std::string> warnings;
  auto dataset = load_dataset(eval, warnings);
  if (!dataset) return fail(dataset.error());
  const auto draws = draws_of(options.generate, *dataset);
  if (!draws) return fail(draws.error());
  EvalRun run(eval, std::move(*dataset), std::move(warnings));
  if (const auto started = run.start(); !started) return fail(started.error());
  const auto provider = provider_of(options.generate, run.stop());
  if (!provider) return fail(provider.error());
  const auto made = draw_and_judge(options, run, **provider, *draws);
  if (!made) return fail(made.error());
  if (made->result.interrupted)
    return fail({Errc::interrupted,
                 fmt::format("run: interrupted; {} of {} samples are in {} and judged ones in run {}, the same "
                             "command goes on",
                             made->kept + made->result.written, draws->size(), options.generate.out, run.name())});
  const auto samples = samples_of(options, run.dataset());
  if (!samples) return fail(samples.error());
  if (!options.generate.traces.empty())
    if (const auto kept = run.keep_traces(*samples, options.generate.traces); !kept) return fail(kept.error());
  return run.finish(*samples);
}

}  // namespace assay::harness
