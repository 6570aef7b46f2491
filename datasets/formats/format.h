#pragma once
/// The formats that data sets come in, told by their rows' keys.
#include <string>
#include <string_view>
#include <vector>

#include "datasets/error.h"
#include "datasets/problem.h"

namespace assay::datasets {

enum class Format : std::uint8_t {
  evalplus,     ///< HumanEval+ and MBPP+: `base_input`, `plus_input`
  humaneval,    ///< OpenAI's HumanEval: `test` defines check(candidate)
  mbpp,         ///< Google's MBPP, whole and sanitized: `test_list`, `code`
  assert_list,  ///< AceCode, ml-diffucoder: `test_cases` or `tests`
};

[[nodiscard]] std::string_view name(Format format);  ///< for messages: "EvalPlus's format"

/// What a file holds.
struct Contents {
  Format format = Format::evalplus;
  Family family = Family::other;  ///< by the tasks' ids
  std::vector<Problem> problems;
  std::vector<std::string> warnings;
};

/// Reads all problems of an unpacked file, or none: the first thing that is wrong is the error. Its first row tells the
/// format; all others must have the same. A task's id may stand once (assert lists: a repeated id gets a number).
/// @param file its name, for messages and for the ids of rows without one
[[nodiscard]] Result<Contents> read_problems(std::string_view content, std::string_view file);

}  // namespace assay::datasets
