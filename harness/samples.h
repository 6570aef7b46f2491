#pragma once
/// Samples as EvalPlus takes them: a file of one JSON object a line, or a folder of programs.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"

namespace assay::harness {

struct Sample {
  std::string task_id;
  std::string solution;  ///< the whole program, lone surrogates as their three WTF-8 bytes
  /// The n-th sample of the data set's tasks, from 0: what is said of other tasks moves no sample to another's place.
  std::uint32_t ordinal = 0;
  std::size_t prompt_bytes = 0;  ///< of the solution: the problem's prompt, where the sample continues it
  std::uint32_t number = 0;      ///< the n-th of the whole file or folder, from 1, for messages
};

struct SamplesOptions {
  bool allow_missing = false;  ///< tasks without a sample are no error, unless all samples are for other data sets
  bool tell_missing = true;    ///< but a warning
  bool want_any = false;       ///< even then a sample of at least one task has to be there
};

struct Samples {
  std::vector<Sample> samples;  ///< of the data set's tasks, in the file's order
  std::vector<std::string> warnings;
};

/// Reads `path`:
/// - a file, or standard input for "-": `{"task_id": …, "solution": …}` a line, or `completion`, which continues the
///   problem's prompt; `solution` wins where both are there, and one that is null is not there; other keys and blank
///   lines are ignored; compressed where it is gzip by its first bytes;
/// - a folder: DIR/HumanEval_0/0.py, whole programs; sorted by task and number, as folders have no order of their own.
/// Source: evalplus/data/utils.py, load_solutions.
/// @return Errc::bad_data with the line or file at fault, or for tasks without a sample; Errc::io where it cannot be
/// read.
[[nodiscard]] Result<Samples> read_samples(const std::filesystem::path& path, const datasets::Dataset& dataset,
                                           const SamplesOptions& options);

}  // namespace assay::harness
