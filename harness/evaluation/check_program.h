#pragma once
/// How a problem whose tests are programs (HumanEval's check(candidate), lists of assert statements) becomes a job for
/// the two-process checker: the sample in one jail, its tests in another.
#include <string>
#include <string_view>

#include "datasets/problem.h"
#include "harness/evaluation/time_limits.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// `solution` is the whole program of the sample. The problem's kind must not be `calls`. Tests that use what only a
/// sample can define, that pass it functions or objects of their own, or whose setup defines the entry point, share its
/// process (CheckJob::shared). Modules of the standard library that tests use and import nowhere (Mbpp/596: `sys`) are
/// imported for them. Each test may take what a call may of which the canonical solution takes `reference_seconds`.
[[nodiscard]] sandbox::CheckJob check_job(const datasets::Problem& problem, std::string solution,
                                          const TimeLimits& limits, double reference_seconds = 0);

/// What the prompt defines before the entry point, imports among it: tests may use such helpers (HumanEval/32, 38, 50),
/// and they are the prompt's, not the sample's. Empty where the prompt does not define the entry point at its left
/// margin.
[[nodiscard]] std::string prompt_helpers(std::string_view prompt, std::string_view entry_point);

}  // namespace assay::harness
