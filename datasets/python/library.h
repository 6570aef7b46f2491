#pragma once
/// What tests use of Python's libraries, as far as published ones leave it to the solution to import.
#include <string_view>

namespace assay::datasets {

/// Used like `math.pi`.
[[nodiscard]] bool is_library_module(std::string_view name);

/// A name that a module of the standard library has, and hardly ever a solution of its own.
struct Helper {
  std::string_view name, module;
};
/// Null for any other.
[[nodiscard]] const Helper* library_helper(std::string_view name);
/// What objects of helpers have beside what builtin values have. One with other attributes is of a class of its own.
[[nodiscard]] bool is_helper_attribute(std::string_view name);

/// Results are held with it: `approx`. It may as well be a function that is tested: `gcd`.
[[nodiscard]] bool is_judge(std::string_view name);
/// A function of that name is more likely one of these two than what is tested.
[[nodiscard]] bool is_helper_name(std::string_view name);
/// Calls the functions that it is given, and returns none: `reduce`.
[[nodiscard]] bool applies_functions(std::string_view name);
/// Returns functions: `itemgetter`.
[[nodiscard]] bool makes_functions(std::string_view name);

}  // namespace assay::datasets
