#pragma once
/// Programs that hold a sample and its tests in one text, as trainers send them, told apart by parsing.
///
/// Run as they are, such programs are faked by whoever sits in them: the sample ends its process with status 0, or
/// finds its way to the stdout that is searched for a rate. So what is known is taken apart and judged like any other
/// sample. What a sample says cannot make its script known or unknown: it stands in it as a literal, or before a
/// statement of the test's own.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/value.h"
#include "harness/service/scorer.h"

namespace assay::harness {

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

/// verl's assert cases: a sample followed, after a blank line, by asserts alone, or by comments and imports with
/// asserts right after them. Where the sample ends can't be told: it may end in such asserts itself, and a test may
/// have blank lines. So each place where a test may begin is told, the earliest first. A request passes where, at every
/// one, what stands before it passes what follows: the true one is among them, so that no sample widens its test, nor
/// takes part of it into its own process. Asserts of its own at its end are then held against a sample too. The sample
/// need not be Python, nor define what the asserts call. Empty: no such script. Source:
/// verl/utils/reward_score/sandbox_fusion/utils.py, check_correctness.
/// @return one more than `most_beginnings` at most, counted from the end; with that many nothing is to pass.
[[nodiscard]] std::vector<std::size_t> test_beginnings(std::string_view code);
inline constexpr std::size_t most_beginnings = 16;

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
