#pragma once
/// What a report says of one run.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/results/estimate.h"
#include "reports/results/flaky.h"
#include "reports/runs/run.h"

namespace assay::reports {

/// Samples by verdict on one set of tests, each set for itself.
struct SetTally {
  std::array<std::uint64_t, 3> verdicts{};      ///< by Verdict
  std::map<std::string, std::uint64_t> causes;  ///< of those that did not pass; "unknown" where the source does not say
  std::uint64_t shared = 0;                     ///< had to share a process with their tests
  double cpu_seconds = 0;
};

/// Samples that tried something hostile, on either set of tests.
struct AttemptTally {
  std::uint64_t samples = 0;
  std::map<std::string, std::uint64_t> kinds;  ///< how many samples tried each
};

struct RunSummary {
  std::uint64_t problems = 0, samples = 0, without_verdict = 0;
  std::uint64_t fewest = 0, most = 0;       ///< samples of a problem
  std::uint64_t fewest_judged = 0;          ///< those of a problem that have a verdict
  std::vector<Estimate> base, plus;         ///< by k; plus is empty where plus tests did not run
  std::vector<std::uint64_t> too_large_ks;  ///< those asked for that need more judged samples than some problem has
  SetTally base_tally, plus_tally;
  std::uint64_t solved_always = 0, solved_sometimes = 0, solved_never = 0;  ///< problems, by all tests that ran
  std::vector<FlakyProgram> flaky;
  std::optional<AttemptTally> attempts;  ///< none where the source does not record them
};

struct SummaryOptions {
  double level = 0.95;
  std::vector<std::uint64_t> ks;  ///< empty: curve_of_k()
};

[[nodiscard]] RunSummary summarize(const Run& run, const SummaryOptions& options);

/// Which set of tests decides whether a sample of the run is right.
[[nodiscard]] inline TestSet deciding_set(const Run& run) { return run.has_plus ? TestSet::plus : TestSet::base; }

}  // namespace assay::reports
