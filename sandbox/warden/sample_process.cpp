#include "sandbox/warden/sample_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/jail/failed_call.h"
#include "sandbox/warden/attendance.h"
#include "sandbox/warden/noted_attempts.h"
#include "sandbox/warden/process_list.h"
#include "sandbox/warden/wall_clock.h"

namespace assay::sandbox {
namespace {

/// Addresses that a runtime may reserve beside what it uses, where nothing counts what is used.
constexpr std::uint64_t reserved_bytes = 4ULL << 30;

/// A sample that lowers it gets a SIGKILL when its time is up.
rlim_t inherited_time_limit() {
  static const rlim_t inherited = [] {
    rlimit time{RLIM_INFINITY, RLIM_INFINITY};
    ::getrlimit(RLIMIT_CPU, &time);
    return time.rlim_max;
  }();
  return inherited;
}

double awake(const ClockReading& from, const ClockReading& to) {
  return (to.wall - from.wall) - (to.run_delay - from.run_delay) - (to.away - from.away);
}

void reap(pid_t pid, int* status, rusage* usage) {
  while (::wait4(pid, status, 0, usage) < 0 && errno == EINTR) {
  }
}

}  // namespace

double elapsed(const ClockReading& from, const ClockReading& to) {
  return std::max(awake(from, to), to.cpu - from.cpu);
}

Result<SampleProcess> SampleProcess::spawn(ZygoteProcess& zygote, CgroupRoot& groups, SpawnRequest request,
                                           const Place* place, const Limits& limits, const int (&fds)[spawn_fds]) {
  auto group = Cgroup::make(groups, limits);
  if (!group) return tl::unexpected(group.error());
  request.memory_bytes = limits.memory_bytes;
  const bool counted = !limits.address_space && groups.memory();
  request.address_bytes = limits.address_space ? limits.memory_bytes
                          : counted            ? RLIM_INFINITY
                                               : limits.memory_bytes + reserved_bytes;
  request.data_bytes = counted ? RLIM_INFINITY : limits.memory_bytes;
  request.scratch_bytes = limits.scratch_bytes;
  request.scratch_inodes = limits.scratch_inodes;
  request.processes += limits.processes;
  request.open_files = limits.open_files;
  std::vector<int> given(std::begin(fds), std::end(fds));
  std::optional<ScratchFolder> scratch;
  UniqueFd ruleset;
  if (place != nullptr) {
    auto made = ScratchFolder::make(place->folder, request.uid_drop != 0 ? request.uid : ::geteuid());
    if (!made) return tl::unexpected(made.error());
    scratch.emplace(std::move(*made));
    given.push_back(scratch->fd());
    if (place->landlock) {
      auto rules = place->landlock->ruleset(scratch->fd());
      if (!rules) return tl::unexpected(rules.error());
      ruleset = std::move(*rules);
      given.push_back(ruleset.get());
    }
  }
  auto reply = zygote.spawn(request, given);
  if (!reply) return tl::unexpected(reply.error());
  if (reply->midwife > 0) ::waitpid(reply->midwife, nullptr, __WALL);  // it has ended
  if (reply->stub < 0 || reply->sample <= 0) {
    const int error = reply->stub < 0 ? -reply->stub : -reply->sample;
    if (reply->stub > 0) {
      ::kill(reply->stub, SIGKILL);
      reap(reply->stub, nullptr, nullptr);
    }
    return tl::unexpected(
        Error{Errc::unavailable, fmt::format("sandbox: cannot fork a sample: {}", std::strerror(error))});
  }
  SampleProcess process(reply->stub, reply->sample, std::move(*group), std::move(scratch), limits);
  if (auto open = process.open_watch(); !open) return tl::unexpected(open.error());
  if (auto added = process.group_->add(process.sample_); !added) return tl::unexpected(added.error());
  return process;
}

SampleProcess::SampleProcess(pid_t stub, pid_t sample, Cgroup group, std::optional<ScratchFolder> scratch,
                             const Limits& limits)
    : stub_(stub), sample_(sample), group_(std::move(group)), scratch_(std::move(scratch)), limits_(limits) {
  ::clock_getcpuclockid(sample, &cpu_clock_);
}

Result<void> SampleProcess::open_watch() {
  pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, sample_, 0)));
  if (!pidfd_) return failed_call("cannot watch", "a sample's process");
  const std::string path = fmt::format("/proc/{}/schedstat", sample_);
  schedstat_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // A kernel may be built without it: then what a sample waits for a core counts.
  if (!schedstat_ && errno != ENOENT) return failed_call("cannot open", path);
  return {};
}

SampleProcess::SampleProcess(SampleProcess&& other) noexcept
    : stub_(std::exchange(other.stub_, -1)),
      sample_(std::exchange(other.sample_, -1)),
      pidfd_(std::move(other.pidfd_)),
      schedstat_(std::move(other.schedstat_)),
      cpu_clock_(other.cpu_clock_),
      group_(std::move(other.group_)),
      scratch_(std::move(other.scratch_)),
      limits_(other.limits_),
      watched_(other.watched_),
      looked_(other.looked_),
      delay_seen_(other.delay_seen_),
      delay_among_own_(other.delay_among_own_),
      among_own_(other.among_own_),
      wait_status_(other.wait_status_),
      killed_by_us_(other.killed_by_us_),
      hit_memory_limit_(other.hit_memory_limit_),
      limited_its_time_(other.limited_its_time_),
      lost_to_others_(other.lost_to_others_),
      cpu_seconds_(other.cpu_seconds_),
      memory_peak_bytes_(other.memory_peak_bytes_),
      attempts_(other.attempts_) {}

SampleProcess::~SampleProcess() { finish(); }

ClockReading SampleProcess::clock() const {
  ClockReading now;
  now.wall = wall_now();
  now.run_delay = run_delay();
  now.cpu = read_clock(cpu_clock_);
  return now;
}

ClockReading SampleProcess::tree_clock() {
  ClockReading now = clock();
  const double tree = group_ ? group_->cpu_seconds().value_or(0) : 0;
  if (tree > 0)
    now.cpu = tree;
  else
    now.run_delay -= delay_among_own(now);
  return now;
}

double SampleProcess::run_delay() const {
  char text[96];
  const ssize_t got = schedstat_ ? ::pread(schedstat_.get(), text, sizeof text - 1, 0) : -1;
  if (got <= 0) return 0;
  text[got] = 0;
  unsigned long long ran = 0, waited = 0;
  return std::sscanf(text, "%llu %llu", &ran, &waited) == 2 ? static_cast<double>(waited) * 1e-9 : 0;
}

double SampleProcess::delay_among_own(const ClockReading& now) {
  if (stub_ <= 0) return 0;  // in place it can't start any
  if (now.wall - looked_ >= Attendance::beat / 2) {
    looked_ = now.wall;
    // Those that have lost their parent are the stub's.
    among_own_ = has_children(sample_) || has_children(stub_, sample_);
  }
  if (among_own_) delay_among_own_ += now.run_delay - delay_seen_;
  delay_seen_ = now.run_delay;
  return delay_among_own_;
}

bool SampleProcess::doubtful(const ClockReading& from, const ClockReading& to, double limit) const {
  const double away = to.away - from.away, cpu = to.cpu - from.cpu;
  if (cpu >= limit) return cpu - away < limit && awake(from, to) < limit;
  return cpu < limit / 2 && waited_for_disk();
}

bool SampleProcess::waited_for_disk() const {
  std::ifstream file(fmt::format("/proc/{}/stat", sample_));
  std::string text;
  std::getline(file, text, '\0');
  // After the name, which may hold anything but a zero: the state, eight fields, and the faults that a disk answered.
  char state = 0;
  unsigned long faults = 0;
  const auto name_ends = text.rfind(')');
  if (name_ends == text.npos) return false;
  const int read =
      std::sscanf(text.c_str() + name_ends + 1, " %c %*s %*s %*s %*s %*s %*s %*s %*s %lu", &state, &faults);
  return read == 2 && (state == 'D' || faults > 0);
}

void SampleProcess::watch() {
  if (!scratch_ || sample_ <= 0) return;
  const double now = wall_now();
  if (now - watched_ < Attendance::beat / 2) return;
  watched_ = now;
  if (!scratch_->over(limits_)) return;
  hit_memory_limit_ = true;
  ::kill(sample_, SIGKILL);
}

bool SampleProcess::killed_from_outside() const {
  return WIFSIGNALED(wait_status_) && WTERMSIG(wait_status_) == SIGKILL && !killed_by_us_ && !hit_memory_limit_ &&
         !limited_its_time_;
}

void SampleProcess::finish() {
  if (sample_ <= 0) return;
  pollfd gone{pidfd_.get(), POLLIN, 0};
  killed_by_us_ = ::poll(&gone, 1, 0) == 0;
  ::kill(stub_ > 0 ? stub_ : sample_, SIGKILL);
  attempts_ = noted_attempts(sample_);
  rlimit time{RLIM_INFINITY, RLIM_INFINITY};
  limited_its_time_ = ::prlimit(sample_, RLIMIT_CPU, nullptr, &time) == 0 && time.rlim_max != inherited_time_limit();
  rusage usage{};
  // The sample first: the stub stays until everything else in its namespace has been reaped.
  reap(std::exchange(sample_, -1), &wait_status_, &usage);
  if (WIFSIGNALED(wait_status_) && WTERMSIG(wait_status_) == SIGSYS) attempts_.add(Attempt::forbidden_call);
  if (stub_ > 0) reap(std::exchange(stub_, -1), nullptr, nullptr);
  scratch_.reset();
  bool counted = false;
  if (group_) {
    cpu_seconds_ = group_->cpu_seconds().value_or(0);
    memory_peak_bytes_ = group_->memory_peak_bytes();
    const auto kill = group_->memory_kill();
    counted = group_->counts_memory();
    hit_memory_limit_ = hit_memory_limit_ || kill == Cgroup::MemoryKill::own_limit;
    lost_to_others_ = kill == Cgroup::MemoryKill::short_of_memory;
    group_.reset();
  }
  if (!counted) lost_to_others_ = !killed_by_us_ && !hit_memory_limit_;
  if (cpu_seconds_ <= 0) {
    cpu_seconds_ = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  }
  if (memory_peak_bytes_ == 0) memory_peak_bytes_ = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace assay::sandbox
