#pragma once
/// What the table of problems opens to: prompts, samples, verdicts, failed tests, programs. As JSON for the view
/// `problems` (reports/page/problems), within bounds.
#include <cstddef>
#include <string>

#include "reports/output/run_text.h"

namespace assay::reports {

struct PageBounds {
  std::size_t problems = 10'000;          ///< rows of a table
  std::size_t samples = 50'000;           ///< over all problems, each problem's first ones
  std::size_t text_bytes = 8U << 20;      ///< prompts, tests, failing inputs and programs together
  std::size_t program_bytes = 16U << 10;  ///< of one program, or prompt
  std::size_t programs_a_problem = 20;    ///< of the problem's first samples; equal ones are kept once
};

struct ProblemsData {
  std::string json;
  std::string left_out;  ///< one sentence that says what the bounds kept out; empty where nothing
};

/// Texts are taken in by turns, the first sample of every problem before the second of any, so that no problem's long
/// programs keep another's out. The run should have been read with as many programs a problem.
[[nodiscard]] ProblemsData problems_data(const ReportedRun& reported, const PageBounds& bounds);

}  // namespace assay::reports
