#pragma once
/// Cases of programs that read stdin and print: a run each, whose output is compared here.
#include <stop_token>
#include <string_view>

#include "harness/service/scorer.h"

namespace assay::harness {

/// Whether outputs are the same but for white space: line by line, without what stands at the ends of a line or of the
/// whole, and none may be missing. (open-r1 compares up to the shorter of the two.)
[[nodiscard]] bool same_output(std::string_view found, std::string_view expected);

/// Scores an item that has cases. What is expected enters no jail. A case passes where its run ended with status 0 and
/// the output is the same; one that a limit of time ended in doubt is run once more. A run that makes a hostile call
/// ends the scoring, with a rate of 0; so do `most_unanswered` cases in a row that came to their limit of time, with
/// the rate so far, and the end of the time for all.
/// @return as Scorer::score
[[nodiscard]] Result<Score> score_cases(const Scorer& scorer, const Item& item, const std::stop_token& stop);

}  // namespace assay::harness
