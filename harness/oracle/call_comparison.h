#pragma once
/// One call's result against what is expected of it: the body of EvalPlus's loop over inputs.
#include <cstddef>
#include <optional>
#include <vector>

#include "harness/oracle/closeness.h"
#include "harness/oracle/equality.h"
#include "harness/oracle/expected_elements.h"
#include "harness/oracle/expected_result.h"
#include "harness/oracle/set_comparison.h"
#include "harness/oracle/special_oracles.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// "enforce atol for float comparison"
inline constexpr double raised_tolerance = 1e-6;

/// What holds for all calls of a set.
struct TaskRules {
  Rule rule = Rule::equality;
  const std::vector<datasets::Value>* inputs = nullptr;
  double atol = 0;  ///< EvalPlus keeps it in a local of its loop: raised by a float, it stays raised for later inputs
};

/// `isinstance(x, float)`, or a list or tuple of floats with at least one, or an array of them: EvalPlus's is_floats.
/// For pieces of one sequence, each in turn.
[[nodiscard]] bool is_floats(sandbox::Bytes value);

class CallComparison {
 public:
  CallComparison(const TaskRules& rules, std::size_t call, const sandbox::ResultHeader& header,
                 const ExpectedResult& expected);
  /// `expected` counts only where it was not kept; it may be `sample` itself, where that is known to be the same.
  void piece(sandbox::Bytes sample, sandbox::Bytes expected);
  /// Nothing that follows can change the verdict.
  [[nodiscard]] bool decided() const { return decided_; }
  /// Decided, and against the sample.
  [[nodiscard]] bool wrong() const { return decided_ && !right(); }
  /// The result is complete. @return whether it is right.
  [[nodiscard]] bool end();
  /// After end(): whether the tolerance is to be raised for the calls that follow.
  [[nodiscard]] bool raises_tolerance() const;

 private:
  using Kind = sandbox::ResultHeader::Kind;
  void compare_whole(sandbox::Bytes sample, sandbox::Bytes expected);
  void compare_sequence(sandbox::Bytes sample);
  /// A piece of both sequences, where the caller knows that it is the same one: without a look at each element.
  bool same_elements(sandbox::Bytes sample, sandbox::Bytes expected);
  /// One element of each sequence; false where neither equality nor closeness can hold any more.
  bool compare_element(sandbox::ValueReader& out, std::size_t& at);
  void compare_closely(sandbox::Bytes sample, sandbox::Bytes expected);
  /// Rules that look at the sample's value alone.
  void judge_alone(sandbox::Bytes sample);
  void judge_long_sequence();
  /// Whether a special oracle takes a value that is not equal to the expected one.
  [[nodiscard]] Equality special_answer(sandbox::Bytes sample) const;
  [[nodiscard]] Equality root_answer(const sandbox::ValueHead& value) const;
  [[nodiscard]] bool expects_none() const;
  void learn_floats();
  /// The tolerance that holds once the expected value was looked at.
  [[nodiscard]] double tolerance() const { return rules_.atol == 0 && floats_ ? raised_tolerance : rules_.atol; }
  [[nodiscard]] bool is_set_task() const { return rules_.rule == Rule::set_equality; }
  void decide(Equality answer);
  [[nodiscard]] bool right() const { return answer_ == Equality::equal || (answer_ == Equality::unequal && close_); }

  const TaskRules& rules_;
  std::size_t call_;
  Kind sample_kind_;
  std::uint64_t sample_elements_;
  const ExpectedResult& expected_;
  bool given_;           ///< the expected value was not kept: it comes piece by piece
  bool sequence_;        ///< either side comes as the pieces of a sequence
  bool floats_ = false;  ///< the expected value, as far as it is known
  bool decided_ = false;
  bool close_ = false;                 ///< np.allclose says so, of a whole value
  Equality answer_ = Equality::equal;  ///< exact_match, as far as it is known
  ExpectedElements elements_;
  std::uint64_t compared_ = 0;
  std::size_t pieces_ = 0;
  std::optional<SetComparison> sets_;
  std::optional<Closeness> closeness_;  ///< of a sequence, while it holds
};

}  // namespace assay::harness
