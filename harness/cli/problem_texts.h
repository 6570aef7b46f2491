#pragma once
/// Prompts and failed tests of a run's problems, for its page.
#include "reports/runs/problem_text.h"
#include "reports/runs/run.h"

namespace assay::harness {

/// From the run's data set where that is at hand, by its name or path, and still has the content that the run was
/// judged on; nothing is fetched, and what cannot be had is left out. Of tests those that a sample with a program
/// failed first.
[[nodiscard]] reports::ProblemTexts problem_texts(const reports::Run& run);

}  // namespace assay::harness
