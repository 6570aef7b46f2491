#include "reports/results/flaky.h"

#include <map>
#include <set>

namespace assay::reports {
namespace {

/// Verdicts of one program on each set of tests. Plus tests may have run in one run and not in another, which is no
/// change of a verdict.
struct Seen {
  std::uint64_t judged = 0, passed = 0;
  std::set<Verdict> base, plus;
};

void look_at(const RunProblem& problem, std::map<ProgramDigest, Seen>& programs) {
  for (const RunSample& sample : problem.samples) {
    if (!sample.base) continue;
    Seen& seen = programs[sample.digest];
    ++seen.judged;
    seen.passed += is_correct(sample, sample.plus ? TestSet::plus : TestSet::base) ? 1 : 0;
    seen.base.insert(sample.base->verdict);
    if (sample.plus) seen.plus.insert(sample.plus->verdict);
  }
}

void take_flaky(const std::string& task, const std::map<ProgramDigest, Seen>& programs,
                std::vector<FlakyProgram>& flaky) {
  for (const auto& [digest, seen] : programs)
    if (seen.base.size() > 1 || seen.plus.size() > 1) flaky.push_back({task, digest, seen.judged, seen.passed});
}

}  // namespace

std::vector<FlakyProgram> flaky_programs(const Run& run) {
  std::vector<FlakyProgram> flaky;
  for (const RunProblem& problem : run.problems) {
    std::map<ProgramDigest, Seen> programs;
    look_at(problem, programs);
    take_flaky(problem.task_id, programs, flaky);
  }
  return flaky;
}

std::vector<FlakyProgram> flaky_between(const Run& base, const Run& newer) {
  std::map<std::string, const RunProblem*> tasks;
  for (const RunProblem& problem : base.problems) tasks[problem.task_id] = &problem;
  std::vector<FlakyProgram> flaky;
  for (const RunProblem& problem : newer.problems) {
    const auto found = tasks.find(problem.task_id);
    if (found == tasks.end()) continue;
    std::map<ProgramDigest, Seen> before, after, both;
    look_at(*found->second, before);
    look_at(problem, after);
    for (const auto& [digest, seen] : after) {
      const auto other = before.find(digest);
      if (other == before.end()) continue;
      Seen sum = seen;
      sum.judged += other->second.judged;
      sum.passed += other->second.passed;
      sum.base.insert(other->second.base.begin(), other->second.base.end());
      sum.plus.insert(other->second.plus.begin(), other->second.plus.end());
      both[digest] = sum;
    }
    take_flaky(problem.task_id, both, flaky);
  }
  return flaky;
}

}  // namespace assay::reports
