#pragma once
/// What `assay eval` prints at its end: pass@k in EvalPlus's words, verdicts by cause, and where the results lie.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/samples.h"
#include "harness/verdict.h"

namespace assay::harness {

/// Samples of one set of tests by verdict, and those that did not pass by cause.
struct SetCounts {
  std::map<Verdict, std::size_t> verdicts;
  std::map<Cause, std::size_t> causes;
  std::size_t shared = 0;  ///< decided in their own process: tests ran there, or the sample's own word counted
};

/// Samples that tried something hostile, on either set, and how many tried each kind.
struct AttemptCounts {
  std::size_t samples = 0;
  std::map<sandbox::Attempt, std::size_t> kinds;
};

struct EvalReport {
  std::string dataset;
  std::string dataset_sha256, dataset_md5;
  std::string run, store, output;  ///< `output` is empty where no file was written
  std::string interpreter, tier;
  std::size_t samples = 0, kept = 0, judged = 0, without_verdict = 0;
  bool interrupted = false;
  std::vector<unsigned> ks{1, 10, 100};       ///< asked for; EvalPlus's
  std::map<unsigned, double> base_pass_at_k;  ///< by k
  std::optional<std::map<unsigned, double>> plus_pass_at_k;
  SetCounts base;
  std::optional<SetCounts> plus;
  AttemptCounts attempts;
  double wall_seconds = 0;
  std::uint64_t warden_restarts = 0;
  std::vector<std::string> warnings;
};

/// Fills pass@k and the counts. A sample counts for plus when it passed base and plus, as EvalPlus counts; k is
/// each of `ks` that every task has that many samples with a verdict for. Source: evalplus/evaluate.py, evaluate.
void tally_results(EvalReport& report, bool with_plus, const std::vector<Sample>& samples,
                   const std::vector<std::optional<SampleResult>>& results);

[[nodiscard]] std::string report_text(const EvalReport& report);
/// One JSON object; its keys are in docs/json-output.md.
[[nodiscard]] std::string report_json(const EvalReport& report);

}  // namespace assay::harness
