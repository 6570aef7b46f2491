#pragma once
/// In which order samples run. The longest first, so that the last to run are short and all cores end together: a set's
/// wall time then nears max(longest sample, total CPU / cores).
/// Source: R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969 (longest processing time first).
#include <cstddef>
#include <string_view>
#include <vector>

namespace assay::harness {

/// One set of tests of one solution. Base and plus are items of their own: they are two processes, and may overlap.
struct WorkItem {
  std::size_t solution = 0;  ///< index into the run's distinct solutions
  std::size_t problem = 0;   ///< index into the data set's problems
  bool plus = false;
  double expected_seconds = 0;  ///< what the canonical solution takes for this set
  bool may_spin = false;        ///< see may_spin()
};

/// Whether a program has a loop that its input does not bound, by the word `while`. A guess about time, never about a
/// verdict: of samples that spin, most have one, and one of these that starts last holds up the whole set.
[[nodiscard]] bool may_spin(std::string_view program);

/// How a run chooses what comes next.
enum class WorkOrder {
  longest_first,  ///< see order()
  as_given,       ///< as the samples stand in their file: for looking at a run, such as at its memory over time
};

/// Sorts: what may spin first, then by expected time, longest first; items of one problem and set stay together, since
/// they share expected values.
void order(std::vector<WorkItem>& items);

}  // namespace assay::harness
