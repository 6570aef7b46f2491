#pragma once
/// What tests need besides the entry point, told from their text before any sample is seen.
#include <string>
#include <string_view>
#include <vector>

namespace assay::harness {

/// The names of a test program. A guess on the safe side: text that is not understood is taken as not to be split.
struct TestNames {
  std::vector<std::string> modules;  ///< of the standard library, used like `math.pi` and imported nowhere, sorted
  std::vector<std::string> unknown;  ///< used and defined nowhere: the sample's own, if anyone's; sorted
  std::vector<std::string> bound;    ///< that it defines, imports or assigns itself, parameters aside; sorted
  bool passes_functions = false;     ///< a call of the entry point has a function, or a class, among its arguments
  bool defines_classes = false;      ///< other than unittest's test cases: objects of theirs can't cross
  bool uses_attributes = false;      ///< of the entry point itself, so it must be there
};

/// `source`: setup and tests in the order in which they run. The parameter of a function `check` stands for the entry
/// point.
[[nodiscard]] TestNames names_of(std::string_view source, std::string_view entry_point);

/// Whether such tests can run in a process of their own.
[[nodiscard]] bool can_be_split(const TestNames& names);

}  // namespace assay::harness
