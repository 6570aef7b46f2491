#pragma once
/// What tests do with a sample's functions, classes and objects.
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "datasets/python/tokens.h"
#include "harness/evaluation/test_text/bindings.h"

namespace assay::harness {

struct Uses {
  std::set<std::string_view> classes, methods;  ///< as in TestNames
  bool passes_functions = false, uses_attributes = false, reads_objects = false, shares_state = false;
};

/// @param of_sample names that are the sample's, if anyone's
[[nodiscard]] Uses uses_of(const datasets::PythonTokens& tokens, const Bindings& bindings,
                           const std::set<std::string, std::less<>>& of_sample, std::string_view entry_point);

}  // namespace assay::harness
