#pragma once
/// Which names a test program binds, and which it uses.
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "datasets/python/tokens.h"

namespace assay::harness {

/// All within the program's text.
struct Bindings {
  using Names = std::set<std::string_view>;
  Names defined;    ///< by whatever, parameters and the names of comprehensions too
  Names bound;      ///< these aside
  Names functions;  ///< and classes that it defines
  Names classes;    ///< other than test cases
  Names imported;
  Names of_program;                                  ///< what it imports from the module of the sample
  Names modules_of_sample;                           ///< `solution`, or `s` of `import solution as s`
  std::set<std::pair<std::string_view, bool>> used;  ///< and whether a dot follows
  bool binds_all = false;                            ///< `from m import *`, of no standard library's
  bool uses_pytest = false;                          ///< imports it, or has tests that pytest alone runs
};

/// One walk over the tokens, statement by statement.
[[nodiscard]] Bindings bindings_of(const datasets::PythonTokens& tokens);

}  // namespace assay::harness
