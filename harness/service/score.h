#pragma once
/// What a program's tests, cases or calls came to.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/verdict.h"
#include "sandbox/executor.h"

namespace assay::harness {

enum class TestOutcome : std::uint8_t {
  passed,
  own_word,  ///< passed, but by what the program itself may have decided (sandbox::ResultHeader::own_word)
  failed,
  not_run
};

/// Whether the program could have decided its own tests.
enum class Integrity : std::uint8_t {
  split,  ///< they ran apart from it
  mixed,  ///< but some that passed are TestOutcome::own_word
  shared  ///< they were in its process, or all that passed are
};
[[nodiscard]] std::string_view name(Integrity integrity);

struct Score {
  /// The share of the tests that passed; without what the program may have decided itself, unless `with_shared`.
  /// 0 where it was hostile.
  [[nodiscard]] double pass_rate(bool with_shared) const;
  [[nodiscard]] Integrity integrity() const;

  /// Counts what a run took and tried; one that another follows, too.
  void saw(const sandbox::Outcome& outcome);
  /// The first that does not pass names the cause.
  void fail(Cause why, std::string_view account);
  /// Once all has run. A hostile act undoes what was passed.
  void settle();

  bool parses = true;    ///< ast.parse takes the program
  bool hostile = false;  ///< it made a hostile call or forged an answer
  bool shared = false;   ///< tests and program were in one process
  Verdict verdict = Verdict::fail;
  Cause cause = Cause::none;
  std::string detail;
  std::vector<TestOutcome> tests;
  sandbox::Attempts attempts;
  double seconds = 0;        ///< CPU seconds in the jail
  bool out_of_time = false;  ///< some test, or all together, took longer than they may
  /// What is wrong with the tests themselves (sandbox::Outcome::bad_tests): they count as failed all the same, and
  /// whoever makes a reward of this decides whether that says anything of the program.
  std::string bad_tests;
};

}  // namespace assay::harness
