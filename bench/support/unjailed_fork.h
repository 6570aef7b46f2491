#pragma once
/// What the jail is measured against: the samples' own interpreter, as warm as a zygote and with the same runner,
/// forked without any jail. For trusted programs only.
#include <memory>
#include <optional>

#include "sandbox/executor.h"

namespace assay::bench {

class UnjailedFork {
 public:
  /// None where the interpreter cannot be started; it says why on standard error.
  [[nodiscard]] static std::optional<UnjailedFork> start(const std::filesystem::path& python);
  UnjailedFork(UnjailedFork&&) noexcept;
  UnjailedFork& operator=(UnjailedFork&&) = delete;
  ~UnjailedFork();

  /// Runs the job in a fork, reads its results and drops them. False where the fork did not end well.
  bool run(const sandbox::CallJob& job);
  /// CPU seconds of the program's body and its calls alone: no fork, no decoding of inputs, no result.
  [[nodiscard]] std::optional<double> tests_alone(const sandbox::CallJob& job);

 private:
  class Impl;
  explicit UnjailedFork(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::bench
