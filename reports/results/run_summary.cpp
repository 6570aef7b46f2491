#include "reports/results/run_summary.h"

#include <algorithm>
#include <limits>
#include <set>

namespace assay::reports {
namespace {

void add(SetTally& tally, const SetResult& result) {
  ++tally.verdicts[static_cast<std::size_t>(result.verdict)];
  if (result.verdict != Verdict::pass) ++tally.causes[std::string(cause_word(result))];
  tally.shared += result.shared ? 1 : 0;
  tally.cpu_seconds += static_cast<double>(result.cpu_seconds);
}

void count_samples(RunSummary& summary, const Run& run) {
  AttemptTally attempts;
  summary.fewest = summary.fewest_judged = run.problems.empty() ? 0 : std::numeric_limits<std::uint64_t>::max();
  for (const RunProblem& problem : run.problems) {
    const std::uint64_t count = problem.samples.size();
    summary.samples += count;
    summary.fewest = std::min(summary.fewest, count);
    summary.most = std::max(summary.most, count);
    for (const RunSample& sample : problem.samples) {
      const auto kinds = attempts_of(sample);
      attempts.samples += kinds.empty() ? 0 : 1;
      for (const std::string& kind : kinds) ++attempts.kinds[kind];
      if (sample.base) add(summary.base_tally, *sample.base);
      if (sample.plus) add(summary.plus_tally, *sample.plus);
    }
    const SampleCounts counts = counts_of(problem, deciding_set(run));
    summary.fewest_judged = std::min(summary.fewest_judged, counts.samples);
    if (counts.samples == 0) continue;
    ++(counts.correct == counts.samples ? summary.solved_always
       : counts.correct > 0             ? summary.solved_sometimes
                                        : summary.solved_never);
  }
  if (run.has_attempts) summary.attempts = std::move(attempts);
}

}  // namespace

RunSummary summarize(const Run& run, const SummaryOptions& options) {
  RunSummary summary;
  summary.problems = run.problems.size();
  summary.without_verdict = without_verdict(run);
  count_samples(summary, run);
  std::set<std::uint64_t> seen;
  for (const std::uint64_t k : options.ks.empty() ? curve_of_k(run) : options.ks) {
    if (!seen.insert(k).second) continue;
    if (k > summary.fewest_judged) summary.too_large_ks.push_back(k);
    if (const auto base = estimate(run, {TestSet::base, k}, options.level)) summary.base.push_back(*base);
    if (const auto plus = estimate(run, {TestSet::plus, k}, options.level)) summary.plus.push_back(*plus);
  }
  summary.flaky = flaky_programs(run);
  return summary;
}

}  // namespace assay::reports
