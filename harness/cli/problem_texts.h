#pragma once
/// Prompts and failed tests of a run's problems, for its page.
#include <string>

#include "reports/runs/problem_text.h"
#include "reports/runs/run.h"

namespace assay::harness {

/// From the run's data set where that is at hand, by its name or as the file that `dataset` names (empty: none does),
/// and still has the content that the run was judged on; nothing is fetched, and what cannot be had is left out. Of
/// tests those that a sample with a program failed first, with what the canonical solution returned where the run is
/// one of `store`, the file of a result store.
[[nodiscard]] reports::ProblemTexts problem_texts(const reports::Run& run, const std::string& store,
                                                  const std::string& dataset);

}  // namespace assay::harness
