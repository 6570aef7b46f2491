#include "sandbox/warden/session.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace assay::sandbox {
namespace {

/// A machine that stands still, not a program, when wall time is so many times the set's limit, and a minute.
constexpr double stuck_factor = 10, stuck_seconds = 60;

}  // namespace

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) * 1e-3; }

Attempt misplaced(std::uint64_t index, std::uint64_t next) {
  return index < next ? Attempt::answered_twice : Attempt::answered_for_another;
}

Error cannot_wait() {
  return {Errc::unavailable, fmt::format("sandbox: waiting for a sample failed: {}", std::strerror(errno))};
}

std::optional<Error> never_ran(int wait_status, std::size_t unread) {
  if (unread == 0 || was_killed(wait_status)) return std::nullopt;
  return Error{Errc::unavailable, fmt::format("sandbox: a sample ended before its program ran (wait status {:#x}, {} "
                                              "bytes of its job unread)",
                                              wait_status, unread)};
}

bool was_killed(int wait_status) { return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL; }

void classify_end(const SampleProcess& process, Outcome& outcome) {
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

void tell_of(const SampleProcess& process, Outcome& outcome) {
  outcome.cpu_seconds = process.cpu_seconds();
  outcome.memory_peak_bytes = process.memory_peak_bytes();
  outcome.attempts.add(process.attempts());
}

void Session::end(Status status, std::string detail) {
  if (ended_) return;
  ended_ = true;
  outcome_.status = status;
  outcome_.detail = std::move(detail);
}

void Session::refuse(Attempt kind, std::string detail) {
  outcome_.attempts.add(kind);
  end(Status::protocol, std::move(detail));
}

void Session::time_is_up(Status status, bool doubtful) {
  outcome_.marginal = outcome_.marginal || doubtful;
  end(status);
}

bool Session::in_time(double took, double limit) {
  const double share = took / limit;
  outcome_.marginal = outcome_.marginal || (share >= near && share <= over);
  return share <= 1;
}

Result<void> Session::still_moving(double wall_seconds, double set_limit) {
  if (wall_seconds <= stuck_factor * set_limit + stuck_seconds) return {};
  return tl::unexpected(Error{Errc::stuck, "sandbox: the machine stood still during a job"});
}

}  // namespace assay::sandbox
