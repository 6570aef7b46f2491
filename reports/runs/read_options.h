#pragma once
/// How much of a run is read.
#include <cstddef>

namespace assay::reports {

struct ReadOptions {
  /// Of each problem's first samples programs and failing inputs are kept; of the others verdicts alone.
  std::size_t programs_a_problem = 0;
  bool all_failed_tests = false;   ///< indices of all failed tests, not the first alone
  bool all_failed_inputs = false;  ///< of a results file, which has inputs and no indices: all, uncut

  /// Everything, as for copying a run.
  [[nodiscard]] static ReadOptions everything() { return {static_cast<std::size_t>(-1), true, true}; }
};

/// A failing input is cut after so many bytes.
inline constexpr std::size_t most_input_bytes = 2000;

}  // namespace assay::reports
