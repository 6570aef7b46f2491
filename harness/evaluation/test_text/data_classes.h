#pragma once
/// Classes of a setup that do nothing but hold data (LeetCode's `ListNode`): program and tests can each have them, and
/// what their objects hold crosses (sandbox/runner/twins.py). What they are told is no secret of the tests'.
#include <string>
#include <string_view>
#include <vector>

namespace assay::harness {

struct DataClasses {
  std::vector<std::string> names;  ///< sorted
  std::string code;                ///< what makes them: the setup's imports, and they themselves
};

/// Those that stand in the first column, of no base but `object`, with fields, slots, and methods of dataclasses:
/// `__init__`, `__repr__`, `__eq__` and the like. None where their code needs more of the setup than its imports; then
/// there is no code either.
[[nodiscard]] DataClasses data_classes_of(std::string_view setup);

}  // namespace assay::harness
