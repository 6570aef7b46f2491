#pragma once
/// From what the sandbox observed and what the oracle said of each call to one set's verdict, in EvalPlus's words.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/verdict.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// What became of one set's calls (or tests), gathered by the sinks while they ran.
struct SetTally {
  std::size_t calls = 0;                ///< in the set
  std::size_t done = 0;                 ///< judged, in order from the first
  std::uint32_t passed = 0;             ///< of these
  std::vector<std::uint32_t> failed;    ///< indices of the judged calls that did not pass
  std::vector<std::uint32_t> own_word;  ///< of those that passed, but by what the sample itself may have decided
  Cause cause = Cause::none;            ///< of the first that did not pass
  std::string detail;                   ///< the account of its exception, if it raised
  std::string returned;                 ///< its value, if it was a wrong answer
  sandbox::Attempts attempts;           ///< that wrong answers showed
};

enum class FailTests : std::uint8_t {
  last_tried,  ///< EvalPlus's default: the last call tried
  all,         ///< --test-details
};

/// A call over its limit is `fail`, a process that ended without a verdict `timeout`.
/// The tests reported follow EvalPlus, odd parts kept: where the process ended without a verdict, the last call *tried*
/// is the last one that was counted, so one that passed, and none where none was. Source: evalplus/eval/__init__.py,
/// untrusted_check; evalplus/evaluate.py, get_failed_tests.
[[nodiscard]] SetResult set_verdict(const sandbox::Outcome& outcome, const SetTally& tally, FailTests report);

/// Whether the same job with all time and memory to itself would come to the same verdict: an answer that is wrong
/// stays so. A run that tells every test may still tell of others.
[[nodiscard]] bool is_settled(const SetResult& result, FailTests report);

/// Why a call failed that raised this: "NameError: name 'x' is not defined (line 3)", or the type alone.
[[nodiscard]] Cause cause_of_exception(std::string_view account);

/// A call of the hostile list, or an answer that was forged, whatever else was wrong before it; none where neither was
/// seen.
[[nodiscard]] Cause hostile_act(const sandbox::Attempts& attempts);

}  // namespace assay::harness
