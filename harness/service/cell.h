#pragma once
/// A program run as a notebook runs a cell, and what a notebook shows of it.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/executor.h"

namespace assay::harness {

struct CellError {
  std::string name, value, traceback;
};

struct CellResult {
  std::string out, err;
  std::optional<std::string> text;  ///< repr() of a last line that is an expression, if it is not None
  std::optional<CellError> error;
};

/// `mark`: of program_report.h.
[[nodiscard]] sandbox::ProgramJob cell_job(std::string_view source, std::string_view mark,
                                           std::chrono::milliseconds limit);
/// None where the cell's process ended before its end (killed, os._exit).
[[nodiscard]] std::optional<CellResult> cell_result(sandbox::Outcome outcome, std::string_view mark);

}  // namespace assay::harness
