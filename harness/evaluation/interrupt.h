#pragma once
/// Ctrl-C and SIGTERM as a stop token: nothing runs in a signal handler.
#include <memory>
#include <stop_token>

namespace assay::harness {

/// Waits for SIGINT and SIGTERM on a thread of its own while it lives. The first asks the token's holders to stop; a
/// second, 0.3 s later or more, ends the process at once with exit code 130. One at a time; to be made by the main
/// thread before it starts others, since they must inherit the blocked signals, and after the sandbox's wardens, since
/// they must not.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const;
  [[nodiscard]] bool requested() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::harness
