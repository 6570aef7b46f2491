#pragma once
/// One sample's processes: stub, sample, and all that the sample starts; its control group; its clock.
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "sandbox/attempts.h"
#include "sandbox/executor.h"
#include "sandbox/jail/cgroup.h"
#include "sandbox/jail/jail_folder.h"
#include "sandbox/jail/landlock.h"
#include "sandbox/unique_fd.h"
#include "sandbox/warden/zygote_process.h"

namespace assay::sandbox {

/// What a process used, as the clock of the architecture counts: its wall time less the time that it was runnable but
/// not running, or the CPU time of its whole tree where that is more. Only differences of two readings mean anything.
struct ClockReading {
  double wall = 0;
  double run_delay = 0;
  double cpu = 0;
  double away = 0;  ///< of the wall time, what passed while the warden was away (sandbox/warden/attendance.h)
};
[[nodiscard]] double elapsed(const ClockReading& from, const ClockReading& to);

/// What samples that are confined in place are given.
struct Place {
  JailFolder folder;
  std::optional<LandlockView> landlock;
};

class SampleProcess {
 public:
  /// Spawns through the zygote and puts the sample into a control group of its own before it reads its job.
  /// `place`: where samples are confined in place, else null.
  [[nodiscard]] static Result<SampleProcess> spawn(ZygoteProcess& zygote, CgroupRoot& groups, SpawnRequest request,
                                                   const Place* place, const Limits& limits,
                                                   const int (&fds)[spawn_fds]);
  SampleProcess(SampleProcess&&) noexcept;
  SampleProcess& operator=(SampleProcess&&) = delete;
  ~SampleProcess();  ///< kills what is left

  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  /// With the CPU time of the sample's process and its threads.
  [[nodiscard]] ClockReading clock() const;
  /// With the CPU time of all that the sample started. Where nothing counts that, time spent waiting for a core while
  /// others of its own are there is charged to it: else a program that keeps all cores busy with them hardly ages.
  [[nodiscard]] ClockReading tree_clock();
  /// Whether it may have been the machine that let `limit` pass: the CPU time would be less but for what the sample is
  /// said to have used while the warden was away (a machine that stands still may charge that to whatever ran last),
  /// or the sample waited for a disk.
  [[nodiscard]] bool doubtful(const ClockReading& from, const ClockReading& to, double limit) const;
  /// Kills the stub, and with it everything in its namespace (in place: the sample, which is all there is); reaps
  /// sample and stub. Then status and usage are known.
  void finish();
  /// To be called each time that a session wakes: ends a sample whose scratch nothing else caps and is over its limit.
  void watch();
  /// The kernel's wait status of the sample; only after finish().
  [[nodiscard]] int wait_status() const { return wait_status_; }
  [[nodiscard]] bool killed_by_us() const { return killed_by_us_; }
  [[nodiscard]] double cpu_seconds() const { return cpu_seconds_; }
  [[nodiscard]] std::uint64_t memory_peak_bytes() const { return memory_peak_bytes_; }
  /// Killed by the kernel, which was short of memory through others. Without a count of it: killed, and not for a limit
  /// of its own; a program may have done that itself.
  [[nodiscard]] bool lost_to_others() const { return lost_to_others_; }
  /// Or that of its scratch.
  [[nodiscard]] bool hit_memory_limit() const { return hit_memory_limit_; }
  /// Killed by SIGKILL, and neither by us nor for a limit of its own or that it set itself: the kernel was short of
  /// memory through others, or somebody killed it. Only where the sample cannot have done so (not profile `program`).
  [[nodiscard]] bool killed_from_outside() const;
  /// What ended it if that was a forbidden call, and what its process noted (sandbox/zygote/attempt_note.h).
  [[nodiscard]] Attempts attempts() const { return attempts_; }

 private:
  /// What its end and its clock are known by. Without it a sample that has ended would seem to go on until its limit.
  Result<void> open_watch();
  /// Seconds that it was runnable and not running.
  [[nodiscard]] double run_delay() const;
  /// How much of a reading's run delay passed while the sample had others running.
  [[nodiscard]] double delay_among_own(const ClockReading& now);
  [[nodiscard]] bool waited_for_disk() const;
  SampleProcess(pid_t stub, pid_t sample, Cgroup group, std::optional<ScratchFolder> scratch, const Limits& limits);
  pid_t stub_ = -1, sample_ = -1;
  UniqueFd pidfd_, schedstat_;
  clockid_t cpu_clock_{};
  std::optional<Cgroup> group_;
  std::optional<ScratchFolder> scratch_;  ///< where a sample is confined in place
  Limits limits_;
  double watched_ = 0;
  double looked_ = 0, delay_seen_ = 0, delay_among_own_ = 0;
  bool among_own_ = false;  ///< it had others running when last looked at
  int wait_status_ = 0;
  bool killed_by_us_ = false, hit_memory_limit_ = false, limited_its_time_ = false, lost_to_others_ = false;
  double cpu_seconds_ = 0;
  std::uint64_t memory_peak_bytes_ = 0;
  Attempts attempts_;
};

}  // namespace assay::sandbox
