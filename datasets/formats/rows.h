#pragma once
/// One row of each format as a problem. What is wrong with a row is noted in its Record.
#include "datasets/problem.h"
#include "datasets/record.h"

namespace assay::datasets {

/// `prompt` + `canonical_solution` is the reference program; the inputs of MBPP+ are restored (restore_inputs.h).
/// Source: evalplus/data/{humaneval,mbpp}.py.
[[nodiscard]] Problem evalplus_row(Record& record);
/// Source: human_eval/execution.py, check_correctness: prompt + completion + test + `check(entry_point)`.
[[nodiscard]] Problem humaneval_row(Record& record);
/// `challenge_test_list` is not scored. Source: google-research/mbpp/README.md.
[[nodiscard]] Problem mbpp_row(Record& record);
/// An id may be missing; the reader of the file makes one.
[[nodiscard]] Problem assert_list_row(Record& record);

}  // namespace assay::datasets
