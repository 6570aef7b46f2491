#include "reports/results/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "reports/output/printable.h"
#include "reports/runs/open_run.h"
#include "reports/statistics/holm.h"
#include "reports/statistics/power.h"

namespace assay::reports {
namespace {

tl::unexpected<Error> refused(const Run& base, const Run& newer, std::string_view why) {
  return tl::unexpected(Error{Errc::comparison, fmt::format("{} is not compared with {}: {}", printable(newer.name),
                                                            printable(base.name), why)});
}

/// The problems of the base beside the new run's.
struct Pair {
  const RunProblem* base;
  const RunProblem* newer;
};

Result<std::vector<Pair>> pairs_of(const Run& base, const Run& newer, Comparison& comparison) {
  std::unordered_map<std::string, const RunProblem*> tasks;
  for (const RunProblem& problem : newer.problems) tasks[problem.task_id] = &problem;
  std::vector<Pair> pairs;
  std::vector<std::string> missing;
  for (const RunProblem& problem : base.problems) {
    const auto found = tasks.find(problem.task_id);
    if (found == tasks.end())
      missing.push_back(problem.task_id);
    else
      pairs.push_back({&problem, found->second});
  }
  if (!missing.empty())
    return refused(base, newer,
                   fmt::format("it lacks {} of the base's {} problems, {} first", missing.size(), base.problems.size(),
                               printable(missing.front())));
  if (const std::size_t more = newer.problems.size() - pairs.size(); more > 0)
    comparison.notes.push_back(fmt::format("problems that the base lacks, left out: {}", more));
  return pairs;
}

std::string why_incomplete(const Run& run) {
  const std::size_t open = without_verdict(run);
  if (open == 0) return {};
  return fmt::format("{} of the {} samples of {} have no verdict; `assay eval` again finishes it", open,
                     sample_count(run), printable(run.name));
}

/// Empty, or why the metric has no value in the run.
std::string why_no_metric(const Run& run, const Metric& metric) {
  if (metric.set == TestSet::plus && !run.has_plus)
    return fmt::format("{} has no plus tests; give --metric base.pass@{}", printable(run.name), metric.k);
  for (const RunProblem& problem : run.problems)
    if (problem.samples.size() < metric.k)
      return fmt::format("{} has {} samples of {}, too few for {}", printable(run.name), problem.samples.size(),
                         printable(problem.task_id), name(metric));
  return {};
}

bool same_programs(const Pair& pair) {
  std::multiset<ProgramDigest> base, newer;
  for (const RunSample& sample : pair.base->samples) base.insert(sample.digest);
  for (const RunSample& sample : pair.newer->samples) newer.insert(sample.digest);
  return base == newer;
}

std::optional<FlipProgram> program_that(bool correct, const RunProblem& problem, TestSet set) {
  for (const RunSample& sample : problem.samples)
    if (!sample.program.empty() && is_correct(sample, set) == correct)
      return FlipProgram{sample.ordinal, correct, sample.program};
  return std::nullopt;
}

void put_flips(Comparison& comparison, const std::vector<Pair>& pairs, const PairedDifferences& differences) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double difference = differences.values[i];
    if (difference == 0) continue;
    Flip flip{pairs[i].base->task_id,
              counts_of(*pairs[i].base, comparison.metric.set),
              counts_of(*pairs[i].newer, comparison.metric.set),
              difference,
              same_programs(pairs[i]),
              {},
              {}};
    flip.base_program = program_that(difference < 0, *pairs[i].base, comparison.metric.set);
    flip.newer_program = program_that(difference > 0, *pairs[i].newer, comparison.metric.set);
    (difference < 0 ? comparison.broken : comparison.fixed).push_back(std::move(flip));
  }
  const auto larger = [](const Flip& a, const Flip& b) { return std::abs(a.difference) > std::abs(b.difference); };
  std::stable_sort(comparison.broken.begin(), comparison.broken.end(), larger);
  std::stable_sort(comparison.fixed.begin(), comparison.fixed.end(), larger);
}

std::optional<double> smallest_drop(const Comparison& comparison, bool single) {
  const std::uint64_t changed = comparison.broken.size() + comparison.fixed.size();
  if (!single || changed == 0) return std::nullopt;
  constexpr double power = 0.8;
  return McNemarPower({comparison.problems, static_cast<double>(changed) / static_cast<double>(comparison.problems),
                       comparison.alpha, 1})
      .smallest(power);
}

void judge(Comparison& comparison, const PairedDifferences& differences) {
  comparison.judgement =
      judge_comparison(differences, comparison.adjusted, comparison.alpha, comparison.max_drop_points);
}

}  // namespace

Result<Comparison> compare(const Run& base, const Run& newer, const CompareOptions& options) {
  Comparison comparison;
  comparison.base_run = origin_of(base);
  comparison.newer_run = origin_of(newer);
  comparison.dataset = base.dataset.empty() ? newer.dataset : base.dataset;
  comparison.alpha = options.alpha;
  comparison.max_drop_points = options.max_drop_points;
  comparison.metric =
      options.metric.value_or(Metric{base.has_plus || newer.has_plus ? TestSet::plus : TestSet::base, 1});
  if (const std::string why = why_not_alike(base, newer); !why.empty()) return refused(base, newer, why);
  for (const Run* run : {&base, &newer}) {
    if (const std::string why = why_incomplete(*run); !why.empty()) return refused(base, newer, why);
    if (const std::string why = why_no_metric(*run, comparison.metric); !why.empty()) return refused(base, newer, why);
  }
  if (is_same_run(base, newer)) comparison.notes.emplace_back("base and new are the same run");
  if (!base.fingerprint.empty() && !newer.fingerprint.empty() && base.fingerprint != newer.fingerprint)
    comparison.notes.push_back(
        fmt::format("interpreter or policy differ: {}; {}", base.fingerprint, newer.fingerprint));
  for (const Run* run : {&base, &newer})
    if (run->limits.empty())
      comparison.notes.push_back(fmt::format(
          "{} does not say under which limits it ran: that they are the other's is not known", printable(run->name)));
  const auto pairs = pairs_of(base, newer, comparison);
  if (!pairs) return tl::unexpected(pairs.error());
  std::vector<SampleCounts> before, after;
  bool single = true;
  for (const Pair& pair : *pairs) {
    before.push_back(counts_of(*pair.base, comparison.metric.set));
    after.push_back(counts_of(*pair.newer, comparison.metric.set));
    single = single && before.back().samples == 1 && after.back().samples == 1;
    comparison.task_ids.push_back(pair.base->task_id);
  }
  const auto differences = paired_differences(before, after, comparison.metric.k);
  if (!differences) return refused(base, newer, "there is no problem to compare");
  comparison.problems = pairs->size();
  comparison.base = mean_pass_at_k(before, comparison.metric.k).value_or(0);
  comparison.newer = mean_pass_at_k(after, comparison.metric.k).value_or(0);
  comparison.difference = differences->mean;
  comparison.error = paired_error(*differences, 1 - options.alpha);
  comparison.test = paired_permutation(before, after, comparison.metric.k, *differences);
  if (comparison.test.unequal > 0)
    comparison.notes.push_back(
        fmt::format("numbers of samples differ between the runs for {} of the {} problems: p is of those samples dealt "
                    "anew between the runs",
                    comparison.test.unequal, comparison.problems));
  comparison.adjusted = {comparison.test.p_regressed, comparison.test.p_improved};
  comparison.same = differences->same;
  put_flips(comparison, *pairs, *differences);
  comparison.smallest_drop = smallest_drop(comparison, single);
  comparison.flaky = flaky_between(base, newer);
  judge(comparison, *differences);
  return comparison;
}

void adjust_together(std::vector<Comparison>& comparisons) {
  std::vector<double> regressed, improved;
  for (const Comparison& comparison : comparisons) {
    regressed.push_back(comparison.test.p_regressed);
    improved.push_back(comparison.test.p_improved);
  }
  regressed = holm(regressed);
  improved = holm(improved);
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    Comparison& comparison = comparisons[i];
    comparison.adjusted = {regressed[i], improved[i]};
    comparison.judgement.verdict = decide_verdict(comparison.difference, comparison.adjusted, comparison.alpha,
                                                  comparison.judgement.interval, comparison.max_drop_points);
  }
}

std::vector<std::string> fired_gates(const Comparison& comparison, const Gates& gates) {
  std::vector<std::string> fired;
  if (gates.fail_on_regression && comparison.judgement.verdict == ComparisonVerdict::regressed)
    fired.push_back(fmt::format("{} regressed by {:.1f} points against {} (p {:.2g} below alpha {})",
                                name(comparison.metric), -100 * comparison.difference,
                                printable(comparison.base_run.name), comparison.adjusted.regressed, comparison.alpha));
  if (comparison.judgement.max_drop_fires)
    fired.push_back(fmt::format("{} dropped by {:.2f} points against {}, more than --max-drop {}",
                                name(comparison.metric), -100 * comparison.difference,
                                printable(comparison.base_run.name), *comparison.max_drop_points));
  return fired;
}

}  // namespace assay::reports
