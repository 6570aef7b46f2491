#pragma once
/// The words of a judgement. A verdict is decided here, from what the sandbox observed, never by the sample.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/attempts.h"

namespace assay::harness {

enum class Verdict : std::uint8_t { pass, fail, timeout };

/// EvalPlus's two sets of tests. A problem without such sets has all its tests in `base`.
enum class TestSet : std::uint8_t { base, plus };

/// Why a verdict is not `pass`.
enum class Cause : std::uint8_t {
  none,
  wrong_answer,
  exception,
  timeout,
  memory,
  crash,
  syntax,
  no_entry_point,
  early_exit,
  forbidden_call,
  output_limit,
  protocol
};

[[nodiscard]] std::string_view name(Verdict verdict);  ///< "pass", "fail", "timeout": EvalPlus's words
[[nodiscard]] std::string_view name(Cause cause);      ///< "wrong_answer", ...
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view word);
[[nodiscard]] std::optional<Cause> cause_from(std::string_view word);

/// How one sample did on one set of tests (base or plus).
struct SetResult {
  Verdict verdict = Verdict::fail;
  Cause cause = Cause::none;
  std::string detail;  ///< printable, at most 200 bytes: an exception's type, message and line, a signal's name
  std::vector<std::uint32_t>
      failed;            ///< indices of failed tests as EvalPlus reports them: the last one tried, or all with details
  std::string returned;  ///< of a wrong answer: the value, as Python writes it, cut; "" where it is not known
  std::uint32_t passed = 0;  ///< tests that passed
  double cpu_seconds = 0;
  bool shared = false;         ///< integrity: tests and sample had to share a process
  sandbox::Attempts attempts;  ///< hostile acts, over all runs that the verdict took; they decide nothing
};

/// Both sets of one sample. `plus` is absent where the data set has none or --base-only was given.
struct SampleResult {
  SetResult base;
  std::optional<SetResult> plus;
};

}  // namespace assay::harness
