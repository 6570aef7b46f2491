#include "harness/cli/drawn_run.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "datasets/digest.h"
#include "harness/cli/failure.h"
#include "harness/cli/generating.h"
#include "harness/samples.h"
#include "reports/output/printable.h"

namespace assay::harness {
namespace {

Result<std::vector<Sample>> samples_of(const GenerateOptions& options, const datasets::Dataset& dataset) {
  SamplesOptions reading;
  reading.allow_missing = true;
  reading.tell_missing = false;
  auto read = read_samples(options.out, dataset, reading);
  if (!read) return tl::unexpected(read.error());
  return std::move(read->samples);
}

/// Draws what is missing, and judges each sample as it is written, while the model goes on.
Result<Generated> draw_and_judge(const GenerateOptions& options, EvalRun& run, Provider& provider,
                                 const std::vector<Draw>& draws) {
  const std::string digest = generation_digest(options, run.dataset(), provider, draws);
  // The samples themselves are not known yet; what makes them is.
  if (const auto opened = run.open(datasets::sha256("generated\n" + digest)); !opened)
    return tl::unexpected(opened.error());
  std::error_code ignored;
  if (!std::filesystem::exists(options.out, ignored))  // asked before it is made
    if (const auto taken = run.take_up({}); !taken) return tl::unexpected(taken.error());
  auto out = SamplesOut::open(options.out, options.traces, digest,
                              options.force ? SamplesOut::Existing::replace : SamplesOut::Existing::resume);
  if (!out) return tl::unexpected(out.error());
  const auto there = samples_of(options, run.dataset());
  if (!there) return tl::unexpected(there.error());
  if (const auto taken = run.take_up(*there); !taken) return tl::unexpected(taken.error());
  if (!options.quiet && !options.json)
    fmt::print(stderr, "assay: {} samples from {}\n", draws.size(), reports::printable(provider.description()));
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
      options, provider, run.executor(), run.dataset(), draws, *out, judge,
      [&] { return fmt::format("{} judged", judged.load()); }, run.stop());
}

}  // namespace

int make_drawn_run(const GenerateOptions& options, EvalRun& run, Provider& provider, const std::vector<Draw>& draws) {
  const auto made = draw_and_judge(options, run, provider, draws);
  if (!made) return fail(made.error());
  if (made->result.interrupted)
    return fail({Errc::interrupted,
                 fmt::format("run: interrupted; {} of {} samples are in {} and judged ones in run {}, the same "
                             "command goes on",
                             made->kept + made->result.written, draws.size(), options.out, run.name())});
  run.add_warnings(made->result.warnings);
  for (const Undrawn& one : made->result.undrawn) run.lacks(one.draw->task_id);
  const auto samples = samples_of(options, run.dataset());
  if (!samples) return fail(samples.error());
  if (!options.traces.empty())
    if (const auto kept = run.keep_traces(*samples, options.traces); !kept) return fail(kept.error());
  return run.finish(*samples);
}

}  // namespace assay::harness
