#include "reports/output/figures.h"

#include <fmt/format.h>

namespace assay::reports {
namespace {

constexpr double hundred = 100;

/// No "-0.0".
double rounded(double value) {
  constexpr double smallest = 0.05;
  return value > -smallest && value < smallest ? 0 : value;
}

}  // namespace

std::string percent(double fraction) { return fmt::format("{:.1f} %", hundred * fraction); }

std::string points(double difference) { return fmt::format("{:+.1f}", rounded(hundred * difference)); }

std::string p_text(double p) {
  constexpr double smallest = 0.001;
  return p < smallest ? fmt::format("{:.1e}", p) : fmt::format("{:.3f}", p);
}

std::string level_text(double level) { return fmt::format("{:g} %", hundred * level); }

std::string interval_text(const Interval& interval) {
  return fmt::format("[{:.1f}, {:.1f}]", rounded(hundred * interval.low), rounded(hundred * interval.high));
}

std::string points_interval_text(const Interval& interval) {
  return fmt::format("[{}, {}]", points(interval.low), points(interval.high));
}

std::string estimate_text(const Estimate& estimate) {
  return estimate.interval ? fmt::format("{} {}", percent(estimate.value), interval_text(*estimate.interval))
                           : percent(estimate.value);
}

std::string counted(std::uint64_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

double p_of(const Comparison& comparison) {
  return comparison.difference < 0 ? comparison.adjusted.regressed : comparison.adjusted.improved;
}

std::string headline(const Comparison& comparison) {
  return fmt::format("{}: {} → {}, {} points, {} interval {}, p {}: {}", name(comparison.metric),
                     percent(comparison.base), percent(comparison.newer), points(comparison.difference),
                     level_text(1 - 2 * comparison.alpha), points_interval_text(comparison.judgement.interval),
                     p_text(p_of(comparison)), name(comparison.judgement.verdict));
}

std::string detectable_text(const Comparison& comparison) {
  if (comparison.smallest_drop)
    return fmt::format(
        "a true drop of {:.1f} points is found 8 times in 10 (alpha {}, at this rate of changed problems)",
        hundred * *comparison.smallest_drop, comparison.alpha);
  if (comparison.error && comparison.error->detectable > 0)
    return fmt::format("a true difference of {:.1f} points is found 8 times in 10 (two-sided, alpha {})",
                       hundred * comparison.error->detectable, comparison.alpha);
  return "no problem's score changed, or too few did: what the runs could have found is not known";
}

std::string flip_text(const Flip& flip) {
  return fmt::format("{} of {} → {} of {}", flip.base.correct, flip.base.samples, flip.newer.correct,
                     flip.newer.samples);
}

}  // namespace assay::reports
