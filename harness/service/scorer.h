#pragma once
/// How well a program does on its tests, as a number. Judged as `assay eval` judges: tests that are asserts run in a
/// jail of their own, expected values never enter the sample's.
#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/error.h"
#include "harness/service/score.h"
#include "sandbox/executor.h"

namespace assay::harness {

struct ScoreLimits {
  std::chrono::milliseconds test{4'000};    ///< a test, a case, or a call
  std::chrono::milliseconds total{62'000};  ///< program and tests together
};

/// One case of a program that reads stdin and prints.
struct StreamCase {
  std::string input, output;
};

/// One call of a function and what it returns: values as marshal_input() writes them.
struct FunctionCase {
  std::string arguments;             ///< a list
  std::vector<std::string> results;  ///< any of these is right
};

/// A program and what it is held against.
struct Item {
  std::string program;
  std::string setup;                ///< run before the tests, where they run; with calls, before the program
  std::vector<std::string> tests;   ///< asserts
  std::vector<StreamCase> cases;    ///< instead of tests
  std::vector<FunctionCase> calls;  ///< instead of tests: of `function`
  std::string function;             ///< the program's, or a method of its class `Solution`
  std::string dataset, task_id;     ///< instead of tests: a task of TaskSets
  ScoreLimits limits;
};

/// A program that ends whatever calls it, or as soon as it is loaded, is not started once more for each of its tests.
inline constexpr std::size_t most_unanswered = 3;

/// So many tests of a program's own word (CheckJob::apart) have a process begun behind them; after that all are shared.
inline constexpr std::size_t most_apart = 32;

/// What of the limits a run has used.
[[nodiscard]] std::chrono::milliseconds time_of(const sandbox::Outcome& outcome);

/// What one test (or call) did to the process, without an end to those after it: they are independent of each other.
[[nodiscard]] bool goes_on_after(sandbox::Status status);

/// Scores on any thread, for as long as the executor lives.
class Scorer {
 public:
  explicit Scorer(sandbox::Executor& executor) : executor_(executor) {}

  /// Each test counts by itself: where one ends the program's process, those after it run in a fresh one, within the
  /// limits of all together. Our own failure is tried once more, and is then an Error, never a score. A limit passed
  /// by little, or in doubt, is tried once more too, and the second try counts.
  /// @return Errc::interrupted after a stop; Errc::sandbox where the sandbox failed twice.
  [[nodiscard]] Result<Score> score(const Item& item, const std::stop_token& stop) const;
  [[nodiscard]] Result<Score> score(const sandbox::CheckJob& job, const std::stop_token& stop) const;
  /// Whether ast.parse takes the text; it is read in a jail, and not run.
  [[nodiscard]] Result<bool> parses(const std::string& program, const std::stop_token& stop) const;
  /// Runs a program, a failure of ours tried once more.
  [[nodiscard]] Result<sandbox::Outcome> run(const sandbox::ProgramJob& job, const std::stop_token& stop) const;
  /// The same for calls; `sink` hears of a second try from its beginning.
  [[nodiscard]] Result<sandbox::Outcome> run(const sandbox::CallJob& job, sandbox::ResultSink& sink,
                                             const std::stop_token& stop) const;

 private:
  struct Ran;
  [[nodiscard]] sandbox::Result<Ran> run_tests(sandbox::CheckJob job, const std::stop_token& stop) const;
  template <class Run>
  [[nodiscard]] static Result<sandbox::Outcome> run_twice(const Run& run);
  [[nodiscard]] static Score score_of(const Ran& ran, const sandbox::CheckJob& job);
  sandbox::Executor& executor_;
};

}  // namespace assay::harness
