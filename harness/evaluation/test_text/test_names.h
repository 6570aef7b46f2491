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
  std::vector<std::string> imports;  ///< lines that make helpers of the standard library that it leaves to others
  /// Of the sample's, in CapWords, that it uses as such: it reads attributes of theirs, or of what it makes of them
  /// that no builtin value has, or calls one as a statement, or makes one of no arguments and uses it; sorted.
  std::vector<std::string> classes;
  std::vector<std::string> methods;  ///< what it uses of their objects; sorted
  /// That it defines, other than unittest's test cases; objects of theirs can't cross, but for those of data_classes.h.
  std::vector<std::string> own_classes;
  bool passes_functions = false;  ///< a call of the sample's has a function, or a class, among its arguments
  bool uses_attributes = false;   ///< of the entry point itself, a function, so it must be there
  /// It reads attributes that no builtin value has of what the entry point returns, or enters it by `with`,
  /// or calls a part of it.
  bool reads_objects = false;
  bool uses_pytest = false;  ///< imports it
  /// What is unknown may be a helper of the tests' own, bound in ways that are not seen, or a library's.
  bool unsure = false;
  bool shares_state = false;  ///< it changes or reads what only one process has: its streams, a module's parts
};

/// `source`: setup and tests in the order in which they run. The parameter of a function `check` stands for the entry
/// point. What they import from a module `solution` is the sample's own.
[[nodiscard]] TestNames names_of(std::string_view source, std::string_view entry_point);
[[nodiscard]] TestNames names_of(const std::string& setup, const std::vector<std::string>& tests,
                                 std::string_view entry_point);

/// Whether such tests can run in a process of their own.
[[nodiscard]] bool can_be_split(const TestNames& names);

}  // namespace assay::harness
