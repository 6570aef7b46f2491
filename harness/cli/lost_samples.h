#pragma once
/// What a run of the store would lose to a file that lacks some of its samples.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/error.h"
#include "harness/samples.h"

namespace assay::harness {

/// How many samples of the store's run of that name are not, by problem and program, among `samples`; wherever they
/// stand there, and one for one where a program is there several times. 0 where there is no such run.
[[nodiscard]] Result<std::size_t> lost_samples(const std::filesystem::path& store, const std::string& run,
                                               const std::vector<Sample>& samples);

}  // namespace assay::harness
