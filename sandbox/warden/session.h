#pragma once
/// What the sessions share: what is near a limit, how a sample's process ended, and text fit for an outcome.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "sandbox/attempts.h"
#include "sandbox/error.h"
#include "sandbox/executor.h"
#include "sandbox/warden/sample_process.h"

namespace assay::sandbox {

/// A call or test that takes this share of its limit or more, and no more than `over`, is near enough to be run once
/// more, alone; so it is given until `over` to end.
inline constexpr double near = 0.8, over = 1.25;
/// A machine that stands still, not a program, when wall time is so many times the set's limit.
inline constexpr double stuck_factor = 10;

inline double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) * 1e-3; }

/// An answer for `index` where that of `next` is due.
inline Attempt misplaced(std::uint64_t index, std::uint64_t next) {
  return index < next ? Attempt::answered_twice : Attempt::answered_for_another;
}

/// A job that nothing more can be heard of: what the sample did then is not known.
inline Error cannot_wait() {
  return {Errc::unavailable, fmt::format("sandbox: waiting for a sample failed: {}", std::strerror(errno))};
}

/// The error of a sample that ended with this wait status while part of its job was unread: its program never ran, so
/// whatever ended it was not the program. A SIGKILL is not among these: it has causes of its own.
inline Error never_ran(int wait_status, std::size_t unread) {
  return {Errc::unavailable, fmt::format("sandbox: a sample ended before its program ran (wait status {:#x}, {} bytes "
                                         "of its job unread)",
                                         wait_status, unread)};
}

inline bool was_killed(int wait_status) { return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL; }

/// What a process that ended without its last answer comes to: sets status, detail, signal or exit code, and whether
/// it was killed from outside.
inline void classify_end(const SampleProcess& process, Outcome& outcome) {
  const int status = process.wait_status();
  if (!WIFSIGNALED(status)) {
    outcome.exit_code = WEXITSTATUS(status);
    outcome.status = Status::exited;
    outcome.detail = fmt::format("exit {}", outcome.exit_code);
    return;
  }
  outcome.signal = WTERMSIG(status);
  outcome.memory_contended = process.killed_from_outside();
  const char* const name = ::sigabbrev_np(outcome.signal);
  const bool forbidden = outcome.signal == SIGSYS;
  outcome.status = forbidden ? Status::forbidden : was_killed(status) ? Status::memory : Status::crash;
  outcome.detail = forbidden                          ? "seccomp"
                   : outcome.status == Status::memory ? std::string()
                   : name != nullptr                  ? fmt::format("SIG{}", name)
                                                      : "signal";
}

/// Printable, short: the account of an exception, a signal's name, as the outcome carries it.
inline std::string printable(std::string_view text) {
  std::string clean(text.substr(0, 200));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return clean;
}

}  // namespace assay::sandbox
