#pragma once
/// What the sessions share: what is known of a job while it runs, what is near a limit, how a sample's process ended,
/// and text fit for an outcome.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/attempts.h"
#include "sandbox/error.h"
#include "sandbox/executor.h"
#include "sandbox/warden/attendance.h"
#include "sandbox/warden/sample_process.h"

namespace assay::sandbox {

class Warden;

/// A call or test that takes this share of its limit or more, and no more than `over`, is near enough to be run once
/// more, alone; so it is given until `over` to end.
inline constexpr double near = 0.8, over = 1.25;

[[nodiscard]] double seconds(std::chrono::milliseconds time);

/// An answer for `index` where that of `next` is due.
[[nodiscard]] Attempt misplaced(std::uint64_t index, std::uint64_t next);

/// A job that nothing more can be heard of: what the sample did then is not known.
[[nodiscard]] Error cannot_wait();

/// The error of a sample that ended with this wait status while part of its job was unread, if so: its program never
/// ran, so whatever ended it was not the program. A SIGKILL is not among these: it has causes of its own.
[[nodiscard]] std::optional<Error> never_ran(int wait_status, std::size_t unread);

[[nodiscard]] bool was_killed(int wait_status);

/// What a process that ended without its last answer comes to: sets status, detail, signal or exit code, and whether
/// it was killed from outside.
void classify_end(const SampleProcess& process, Outcome& outcome);

/// What it used and tried; only after finish().
void tell_of(const SampleProcess& process, Outcome& outcome);

/// What every session has.
class Session {
 protected:
  Session(Warden& warden, const Limits& limits) : warden_(warden), limits_(limits) {}
  /// Ends the job. What ends it first is what it comes to.
  void end(Status status, std::string detail = {});
  /// Ends it for what no runner sends.
  void refuse(Attempt kind, std::string detail);
  /// Ends it for a limit that has passed; in doubt it is to be run once more.
  void time_is_up(Status status, bool doubtful);
  /// False for a call or test that took longer than its limit. Near it, the job says so.
  [[nodiscard]] bool in_time(double took, double limit);
  /// An error where the wall time since the job's start is the machine's fault, whatever the job came to.
  [[nodiscard]] static Result<void> still_moving(double wall_seconds, double set_limit);

  Warden& warden_;
  const Limits& limits_;
  Attendance attendance_;
  Outcome outcome_;
  bool ended_ = false;
};

}  // namespace assay::sandbox
