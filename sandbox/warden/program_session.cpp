#include "sandbox/warden/program_session.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include "sandbox/warden/attendance.h"
#include "sandbox/warden/pipes.h"
#include "sandbox/warden/runner_report.h"
#include "sandbox/warden/session.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/job_bytes.h"

namespace assay::sandbox {
namespace {

/// One captured stream: kept up to what is left of a limit, which several may share.
struct Capture {
  UniqueFd fd;
  std::string* text;
  std::uint64_t& left;  ///< what may still be kept
  bool& dropped;        ///< set where there was more
};

/// Reads once. False at end of file.
bool drain(Capture& capture) {
  char buffer[1 << 16];
  const ssize_t got = ::read(capture.fd.get(), buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  const auto keep = std::min<std::uint64_t>(capture.left, static_cast<std::uint64_t>(got));
  capture.text->append(buffer, keep);
  capture.left -= keep;
  capture.dropped = capture.dropped || keep < static_cast<std::uint64_t>(got);
  return true;
}

/// `status` is the program's, `process` what it ran in.
void classify(int status, const SampleProcess& process, Outcome& outcome) {
  if (WIFSIGNALED(status)) {
    outcome.signal = WTERMSIG(status);
    const bool killed = outcome.signal == SIGKILL;
    outcome.memory_contended = killed && process.lost_to_others();
    outcome.status = outcome.signal == SIGSYS ? Status::forbidden : killed ? Status::memory : Status::crash;
    const char* name = ::sigabbrev_np(outcome.signal);
    outcome.detail = name != nullptr ? std::string("SIG") + name : "signal";
    return;
  }
  outcome.exit_code = WEXITSTATUS(status);
  outcome.status = outcome.exit_code == 0 ? Status::ok : Status::failed;
  // A program that ran into its memory limit ends with an exception of its own.
  if (outcome.exit_code != 0 && process.hit_memory_limit()) outcome.status = Status::memory;
}

/// The files, their names and lengths.
std::uint64_t most_report_bytes(const ProgramJob& job) {
  constexpr std::uint64_t of_names = 4 << 20;
  return job.fetch.empty() ? 0 : job.fetch_bytes + of_names;
}

}  // namespace

Result<Outcome> run_program(Warden& warden, const ProgramJob& job, const Limits& limits) {
  if (!job.fetch.empty() && warden.in_place()) {
    return tl::unexpected(Error{Errc::unavailable,
                                "sandbox: files can't be fetched where samples are confined in place: that takes a "
                                "process more, and so namespaces; assay doctor says how to get them"});
  }
  auto job_pipe = make_pipe(), result = make_pipe(), in = make_pipe(), out = make_pipe(), err = make_pipe();
  for (const auto* pipe : {&job_pipe, &result, &in, &out, &err})
    if (!*pipe) return tl::unexpected(pipe->error());
  const int fds[spawn_fds] = {job_pipe->read.get(), result->write.get(), in->read.get(), out->write.get(),
                              err->write.get()};
  auto process = job.shows.empty() ? warden.spawn(Profile::program, mentions_numpy(job.program), limits, fds)
                                   : warden.spawn(job.shows, limits, fds);
  if (!process) return tl::unexpected(process.error());
  for (auto* end : {&in->read, &out->write, &err->write, &result->write}) end->reset();
  // Our copy of the job's reading end tells later whether the sample's process read all of it.
  const UniqueFd job_reader = std::move(job_pipe->read);
  Outcome outcome;
  Feed program(std::move(job_pipe->write), job_bytes(job));
  Feed input(std::move(in->write), job.input);
  std::string report;
  std::uint64_t output_left = limits.output_bytes, report_left = most_report_bytes(job);
  bool output_dropped = false, report_dropped = false;
  Capture captures[3] = {{std::move(out->read), &outcome.out, output_left, output_dropped},
                         {std::move(err->read), &outcome.err, output_left, output_dropped},
                         {std::move(result->read), &report, report_left, report_dropped}};
  for (const int fd : {program.fd(), input.fd(), captures[0].fd.get(), captures[1].fd.get(), captures[2].fd.get()}) {
    if (!set_nonblocking(fd))
      return tl::unexpected(Error{Errc::unavailable, "sandbox: a pipe can't be made non-blocking"});
  }
  const double limit = static_cast<double>(job.time_limit.count()) * 1e-3;
  Attendance attendance;
  const auto clock = [&] {
    ClockReading reading = process->clock(true);
    reading.away = attendance.away(reading.wall);
    return reading;
  };
  const ClockReading start = clock();
  ClockReading now = start;
  std::optional<Status> verdict;
  while (!verdict) {
    pollfd watched[] = {{captures[0].fd.get(), POLLIN, 0}, {captures[1].fd.get(), POLLIN, 0},
                        {process->pidfd(), POLLIN, 0},     {warden.socket(), POLLIN, 0},
                        {program.fd(), POLLOUT, 0},        {input.fd(), POLLOUT, 0},
                        {captures[2].fd.get(), POLLIN, 0}};
    const double wait = std::clamp(limit - elapsed(start, now), 0.001, Attendance::beat);
    attendance.waits(now.wall, wait);
    const int ready = ::poll(watched, std::size(watched), static_cast<int>(std::ceil(wait * 1000)));
    if (ready < 0 && errno != EINTR) return tl::unexpected(cannot_wait());
    if (watched[4].revents != 0) program.write_some();
    if (watched[5].revents != 0) input.write_some();
    for (const auto& [seen, capture] : {std::pair(0, 0), {1, 1}, {6, 2}})
      if (watched[seen].revents != 0 && !drain(captures[capture])) captures[capture].fd.reset();
    if (watched[3].revents != 0 && asked_to_stop(warden.socket())) verdict = Status::stopped;
    if (output_dropped || report_dropped) verdict = Status::output_limit;
    if (watched[2].revents != 0) break;
    process->watch();
    now = clock();
    if (elapsed(start, now) >= limit) {
      verdict = Status::call_timeout;
      outcome.marginal = process->doubtful(start, now, limit);
    }
    if (now.wall - start.wall > 10 * limit + 60)
      return tl::unexpected(Error{Errc::stuck, "sandbox: the machine stood still during a job"});
  }
  now = clock();
  outcome.wall_seconds = now.wall - start.wall;
  outcome.clock_seconds = elapsed(start, now);
  const std::size_t unread = unread_bytes(job_reader.get());
  process->finish();
  const int status = process->wait_status();
  if (!verdict && unread > 0 && !was_killed(status)) return tl::unexpected(never_ran(status, unread));
  for (Capture& capture : captures) {
    for (int unread = 0; capture.fd && ::ioctl(capture.fd.get(), FIONREAD, &unread) == 0 && unread > 0;)
      if (!drain(capture)) break;
  }
  outcome.truncated = output_dropped || report_dropped;
  if (verdict) {
    outcome.status = *verdict;
    if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);  // ours
  } else {
    auto fetched = job.fetch.empty() ? std::nullopt : read_report(report);
    classify(fetched ? fetched->wait_status : status, *process, outcome);
    if (fetched) outcome.files = std::move(fetched->files);
    if (outcome.truncated) outcome.status = Status::output_limit;
  }
  outcome.cpu_seconds = process->cpu_seconds();
  outcome.memory_peak_bytes = process->memory_peak_bytes();
  outcome.attempts = process->attempts();
  return outcome;
}

}  // namespace assay::sandbox
