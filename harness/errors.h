#pragma once
/// The one table from errors to what the outside sees of them.
#include <string_view>

#include "datasets/error.h"
#include "engine/error.h"
#include "harness/error.h"
#include "reports/error.h"

namespace assay::harness {

/// The process's exit code: 1 a gate of a comparison fired, 2 usage, 3 bad input data, 4 sandbox unavailable, 5 some
/// samples have no verdict or could not be drawn, 70 a bug of ours, 74 a file or the store could not be written, 130
/// interrupted.
[[nodiscard]] int exit_code(Errc code);
/// A word for programs that never changes: "input.bad_data".
[[nodiscard]] std::string_view code_word(Errc code);
/// The failures of reading data sets in the harness's words.
[[nodiscard]] Error of_datasets(const datasets::Error& error);
[[nodiscard]] Error of_reports(const reports::Error& error);
[[nodiscard]] Error of_engine(const engine::Error& error);

}  // namespace assay::harness
