#pragma once
/// Decides whether what a sample returned is what the canonical solution returned, by EvalPlus's rules, while the
/// results arrive. Source: evalplus/eval/__init__.py, unsafe_execute; evalplus/eval/_special_oracle.py.
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "datasets/problem.h"
#include "harness/oracle/expected_result.h"
#include "harness/verdict.h"

namespace assay::harness {

class CallComparison;
struct TaskRules;

/// Judges one sample's results on one set of one problem, call by call; not thread-safe. The sample's bytes are
/// hostile: time and memory are bounded by the expected value, and what is malformed is a wrong answer.
///
/// Stricter than EvalPlus where it accepts what was not computed: shapes must be equal (NumPy's broadcasting never
/// decides), oracles see the inputs as they were given, and no object's own comparison is called: an instance of a
/// subclass equals what its builtin value equals. NaN equals nothing: identity does not survive crossing.
class SetOracle {
 public:
  /// `inputs` must outlive it.
  SetOracle(datasets::Family family, std::string_view entry_point, const std::vector<datasets::Value>& inputs,
            double atol);
  SetOracle(const SetOracle&) = delete;
  SetOracle& operator=(const SetOracle&) = delete;
  ~SetOracle();

  /// Whether EvalPlus iterates over what this entry point returns, so that a lone iterator has to cross as a list.
  [[nodiscard]] static bool iterates(datasets::Family family, std::string_view entry_point);

  /// A result begins. `expected` must live until end(); one too large to keep comes piece by piece instead.
  /// @return whether pieces are still needed: false once the verdict is known.
  bool begin(std::size_t call, const sandbox::ResultHeader& header, const ExpectedResult& expected);
  /// The sample's next piece; `expected` is read only where begin()'s had no pieces, and is empty past its end.
  void piece(sandbox::Bytes sample, sandbox::Bytes expected);
  [[nodiscard]] bool decided() const;
  [[nodiscard]] bool wrong() const;  ///< decided, and against the sample
  /// The result is complete. @return Cause::none or Cause::wrong_answer.
  [[nodiscard]] Cause end();

 private:
  std::unique_ptr<TaskRules> rules_;
  std::unique_ptr<CallComparison> call_;
};

}  // namespace assay::harness
