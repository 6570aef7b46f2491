#pragma once
/// Programs that hold a sample and its tests in one text, as trainers send them, told apart by parsing.
///
/// Run as they are, such programs are faked by whoever sits in them: the sample ends its process with status 0, or
/// finds its way to the stdout that is searched for a rate. So what is known is taken apart and judged like any other
/// sample. What a sample says cannot make its script known or unknown: it stands in it as a literal, or before a
/// statement of the test's own.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/value.h"

namespace assay::harness {

/// One case of a program that reads stdin and prints.
struct StreamCase {
  std::string input, output;
};

/// open-r1's and ml-diffucoder's scripts: a helper evaluate_code, code_snippet, test_cases, the call, and what becomes
/// of its rate. Source: apple/ml-diffucoder, huggingface/open-r1 src/open_r1/rewards.py, evaluation_script_template.
struct RateScript {
  std::string program;
  std::vector<std::string> asserts;  ///< ml-diffucoder's cases
  std::vector<StreamCase> streams;   ///< open-r1's
  bool prints_rate = false;          ///< as "__PASS_RATE__ 0.5"; else the rate is the value of the last line
  std::chrono::milliseconds case_limit{5'000};
};
[[nodiscard]] std::optional<RateScript> rate_script(std::string_view script);

/// A sample followed, after a blank line, by assert statements alone: verl's assert cases. The sample need not be
/// Python for that, nor define what the asserts call. Source: verl/utils/reward_score/sandbox_fusion/utils.py,
/// check_correctness.
struct AssertScript {
  std::string program;
  std::string test;
};
[[nodiscard]] std::optional<AssertScript> assert_script(std::string_view code);

/// A sample in a host of imports, followed by a call of its function with arguments from stdin, a JSON value a line,
/// whose result is printed: verl's function cases. What is expected stays with the client; but a program that ends
/// early, or raises, must not pass for a call that returned "". Source: the same file, wrapper_code.
struct FunctionScript {
  std::string program;  ///< the imports and the sample
  std::string function;
  std::vector<datasets::Value> arguments;
};
[[nodiscard]] std::optional<FunctionScript> function_script(std::string_view code, std::string_view input);

}  // namespace assay::harness
