#include "reports/results/diversity.h"

#include <map>

namespace assay::reports {

Diversity diversity(const Run& run) {
  double distinct = 0, differ = 0;
  std::size_t problems = 0, with_pairs = 0;
  for (const RunProblem& problem : run.problems) {
    std::map<ProgramDigest, std::size_t> counts;
    for (const RunSample& sample : problem.samples) ++counts[sample.digest];
    const auto n = static_cast<double>(problem.samples.size());
    if (problem.samples.empty()) continue;
    ++problems;
    distinct += static_cast<double>(counts.size()) / n;
    if (problem.samples.size() < 2) continue;
    ++with_pairs;
    double same = 0;
    for (const auto& [digest, count] : counts) same += static_cast<double>(count) * static_cast<double>(count - 1);
    differ += 1 - same / (n * (n - 1));
  }
  Diversity result;
  if (problems > 0) result.distinct = distinct / static_cast<double>(problems);
  if (with_pairs > 0) result.differ = differ / static_cast<double>(with_pairs);
  return result;
}

}  // namespace assay::reports
