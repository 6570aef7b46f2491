#pragma once
/// What a data set holds, whatever file it came from.
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/value.h"

namespace assay::datasets {

/// How a problem is tested.
enum class TestKind : std::uint8_t {
  calls,       ///< EvalPlus: inputs for the entry point; expected outputs come from the canonical solution
  check,       ///< HumanEval original: `test` defines check(candidate)
  assertions,  ///< MBPP, AceCode: a list of assert statements
};

struct Problem {
  std::string task_id;  ///< "HumanEval/0"; for MBPP originals "Mbpp/<task_id>"; for assert lists the row's id, "id#2"
                        ///< where it is repeated, or "<file's stem>/<row>"
  std::string prompt;
  std::string entry_point;         ///< for assert lists: the function that the tests call; empty where it can't be told
  std::string canonical_solution;  ///< calls, check: continues the prompt; assertions: a whole program (may be empty:
                                   ///< none published)
  TestKind kind = TestKind::calls;
  /// calls: each a List or Tuple of arguments, restored (tuples, sets, complex numbers)
  std::vector<Value> base_input;
  std::vector<Value> plus_input;
  double atol = 0;                 ///< calls: absolute tolerance
  std::string test;                ///< check: source that defines check(candidate)
  std::string setup;               ///< assertions: imports and code that run before the tests
  std::vector<std::string> tests;  ///< assertions: one statement each
};

/// Which family's special oracles apply (EvalPlus tells them apart by data set and entry point).
enum class Family : std::uint8_t { humaneval, mbpp, other };

struct Dataset {
  std::string name;  ///< "humaneval", "mbpp", "mini", or the file's stem
  Family family = Family::other;
  bool has_plus = false;          ///< base + plus tests (EvalPlus's formats)
  std::string sha256;             ///< of the decompressed content, lower-case hex
  std::string md5;                ///< of the decompressed content: EvalPlus's `hash`
  std::vector<Problem> problems;  ///< in the file's order
};

}  // namespace assay::datasets
