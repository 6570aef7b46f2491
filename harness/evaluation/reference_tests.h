#pragma once
/// How long the canonical solution takes for tests that are programs: their limit depends on it as a call's does. It is
/// asked for only where a sample came to the least limit, so that most runs measure nothing.
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "datasets/problem.h"
#include "harness/evaluation/time_limits.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// May be used from any thread. Two threads that ask for the same problem measure it once.
class ReferenceTests {
 public:
  /// `executor` must outlive it.
  explicit ReferenceTests(sandbox::Executor& executor) : executor_(executor) {}

  /// Seconds of the longest test, as limits count them; 0 where it was not measured yet.
  [[nodiscard]] double known(const datasets::Problem& problem);
  /// The same; measures it if need be. 0 where there is no canonical solution, or it does not pass within the longest
  /// time that a set may take. The problem's kind must not be `calls`.
  /// @return the executor's error: nothing is known then
  [[nodiscard]] sandbox::Result<double> measured(const datasets::Problem& problem, std::stop_token stop = {});

  /// For a job whose tests ran out of time.
  /// @return the same with the time that the canonical solution asks for; none where that is no more than it had
  [[nodiscard]] sandbox::Result<std::optional<sandbox::CheckJob>> with_more_time(const sandbox::CheckJob& job,
                                                                                 const datasets::Problem& problem,
                                                                                 const TimeLimits& limits,
                                                                                 std::stop_token stop = {});

 private:
  struct Entry {
    std::mutex mutex;
    std::optional<double> seconds;
  };
  Entry& entry(const std::string& task_id);

  sandbox::Executor& executor_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace assay::harness
