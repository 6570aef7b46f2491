#pragma once
/// The score of a function that is called with arguments and held against what it returns. It runs as EvalPlus's calls
/// do; what is expected stays on this side of the jail.
#include <stop_token>

#include "harness/error.h"
#include "harness/service/scorer.h"

namespace assay::harness {

/// Each call counts by itself: where one ends the program's process, those after it are made in a fresh one, within the
/// limits of all together. A limit passed in doubt is tried once more, and the second try counts. A `setup` that is no
/// Python, or raises by itself, is Score::bad_tests.
[[nodiscard]] Result<Score> score_calls(const Scorer& scorer, const Item& item, const std::stop_token& stop);

}  // namespace assay::harness
