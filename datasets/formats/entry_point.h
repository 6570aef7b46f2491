#pragma once
/// Which function a list of asserts tests.
#include <string>
#include <string_view>
#include <vector>

namespace assay::datasets {

/// The function that `tests` call, or "" where that cannot be told. Of the names called in the first test it is the
/// first that `code`, the reference solution, defines as a function of its own; without code, the first that is no
/// builtin nor one of `others`, those that every test calls preferred.
/// Strings, comments and attributes (`math.isclose`) are passed over.
/// @param others helpers that are known to be the tests' own
[[nodiscard]] std::string called_function(const std::vector<std::string>& tests, std::string_view code,
                                          const std::vector<std::string>& others = {});

}  // namespace assay::datasets
