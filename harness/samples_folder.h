#pragma once
/// EvalPlus's folder of samples: a folder a task, a program a file.
#include <filesystem>
#include <string>
#include <vector>

#include "harness/error.h"

namespace assay::harness {

struct SampleFile {
  std::string folder;  ///< its task's: "HumanEval_0"
  std::filesystem::path path;
};

/// All DIR/*/*.py, by folder and then file; numbers in names count as numbers: 2.py comes before 10.py.
[[nodiscard]] Result<std::vector<SampleFile>> list_samples(const std::filesystem::path& folder);
/// Its text with all line ends as \n, as Python reads it.
[[nodiscard]] Result<std::string> read_program(const std::filesystem::path& path);

}  // namespace assay::harness
