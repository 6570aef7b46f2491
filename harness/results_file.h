#pragma once
/// EvalPlus's eval_results.json, so that its tools read our results: same keys, shapes and words. Beside them stand,
/// where EvalPlus's tools do not look, `assay_run`, by which a run knows its own file, and what reports want:
/// `assay_dataset`, the name, `assay_dataset_sha256` and `assay_limits`, without which verdicts can't be told from
/// those of other data or other limits, and `assay_causes`, {TASK: [[base, plus], …]}, a pair a sample, "" for a pass;
/// tasks without any are left out.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"
#include "harness/samples.h"
#include "harness/verdict.h"

namespace assay::harness {

/// The inputs of a sample's failed tests as JSON lists; empty: none failed.
struct FailedInputs {
  std::string base, plus;
};

/// What one file tells; `results[i]` is of `samples[i]`. All must outlive it.
struct ResultsFile {
  const datasets::Dataset& dataset;
  const std::vector<Sample>& samples;
  const std::vector<SampleResult>& results;
  std::string run;
  std::string limits = {};                       ///< what else decided the verdicts, as RunKey has it; empty: not known
  std::string written = {};                      ///< as EvalPlus writes a date; empty: now
  std::vector<FailedInputs> failed_inputs = {};  ///< one a sample; none at all: the data set has them by their index
};

enum class Overwrite {
  own,  ///< only a file that the same run wrote
  yes,
};

/// Where EvalPlus puts the results: X.jsonl[.gz] → X.eval_results.json (X_eval_results.json where that older name
/// exists), a folder → DIR/eval_results.json.
[[nodiscard]] std::filesystem::path results_path(const std::filesystem::path& samples);

/// Whether write_results_file() may write there, asked before hours of work.
/// @param option that names another place, for messages
/// @return Errc::usage for a file that another run wrote, Errc::io for a folder that cannot be written.
[[nodiscard]] Result<void> may_write_results(const std::filesystem::path& path, const std::string& run,
                                             Overwrite overwrite, std::string_view option = "--output");

/// Writes the whole file or nothing: a reader sees the old content or the new one.
[[nodiscard]] Result<void> write_results_file(const std::filesystem::path& path, const ResultsFile& file,
                                              Overwrite overwrite);

}  // namespace assay::harness
