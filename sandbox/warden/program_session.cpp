#include "sandbox/warden/program_session.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "sandbox/warden/pipes.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {
namespace {

/// One captured stream: kept up to what is left of the common limit.
struct Capture {
  UniqueFd fd;
  std::string* text;
};

/// Reads once. False at end of file. `left` is what may still be kept; `dropped` is set where there was more.
bool drain(Capture& capture, std::uint64_t& left, bool& dropped) {
  char buffer[1 << 16];
  const ssize_t got = ::read(capture.fd.get(), buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  const auto keep = std::min<std::uint64_t>(left, static_cast<std::uint64_t>(got));
  capture.text->append(buffer, keep);
  left -= keep;
  dropped = dropped || keep < static_cast<std::uint64_t>(got);
  return true;
}

std::string job_bytes(const ProgramJob& job) {
  Packer out;
  out.put(job.seed);
  return out.take() + job.program;
}

void classify(const SampleProcess& process, Outcome& outcome) {
  const int status = process.wait_status();
  if (WIFSIGNALED(status)) {
    outcome.signal = WTERMSIG(status);
    const bool killed = outcome.signal == SIGKILL;
    outcome.memory_contended = killed && !process.hit_memory_limit();
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

}  // namespace

Result<Outcome> run_program(Warden& warden, const ProgramJob& job, const Limits& limits) {
  auto job_pipe = make_pipe(), result = make_pipe(), in = make_pipe(), out = make_pipe(), err = make_pipe();
  for (const auto* pipe : {&job_pipe, &result, &in, &out, &err})
    if (!*pipe) return tl::unexpected(pipe->error());
  const int fds[spawn_fds] = {job_pipe->read.get(), result->write.get(), in->read.get(), out->write.get(),
                              err->write.get()};
  auto process = warden.spawn(Profile::program, mentions_numpy(job.program), limits, fds);
  if (!process) return tl::unexpected(process.error());
  for (auto* end : {&job_pipe->read, &in->read, &out->write, &err->write, &result->write}) end->reset();
  Outcome outcome;
  Feed program(std::move(job_pipe->write), job_bytes(job));
  Feed input(std::move(in->write), job.input);
  Capture captures[2] = {{std::move(out->read), &outcome.out}, {std::move(err->read), &outcome.err}};
  for (const int fd : {program.fd(), input.fd(), captures[0].fd.get(), captures[1].fd.get()}) {
    if (!set_nonblocking(fd))
      return tl::unexpected(Error{Errc::unavailable, "sandbox: a pipe can't be made non-blocking"});
  }
  std::uint64_t left = limits.output_bytes;
  const double limit = static_cast<double>(job.time_limit.count()) * 1e-3;
  const ClockReading start = process->clock(true);
  ClockReading now = start;
  std::optional<Status> verdict;
  while (!verdict) {
    pollfd watched[] = {{captures[0].fd.get(), POLLIN, 0}, {captures[1].fd.get(), POLLIN, 0},
                        {process->pidfd(), POLLIN, 0},     {warden.socket(), POLLIN, 0},
                        {program.fd(), POLLOUT, 0},        {input.fd(), POLLOUT, 0}};
    const double wait = std::clamp(limit - elapsed(start, now), 0.001, std::min(0.5, process->watch_seconds()));
    if (::poll(watched, 6, static_cast<int>(std::ceil(wait * 1000))) < 0 && errno != EINTR) break;
    if (watched[4].revents != 0) program.write_some();
    if (watched[5].revents != 0) input.write_some();
    for (int i = 0; i < 2; ++i)
      if (watched[i].revents != 0 && !drain(captures[i], left, outcome.truncated)) captures[i].fd.reset();
    if (watched[3].revents != 0 && asked_to_stop(warden.socket())) verdict = Status::stopped;
    if (outcome.truncated) verdict = Status::output_limit;
    if (watched[2].revents != 0) break;
    process->watch();
    now = process->clock(true);
    if (elapsed(start, now) >= limit) verdict = Status::call_timeout;
    if (now.wall - start.wall > 10 * limit + 60)
      return tl::unexpected(Error{Errc::stuck, "sandbox: the machine stood still during a job"});
  }
  outcome.wall_seconds = process->clock(true).wall - start.wall;
  process->finish();
  for (Capture& capture : captures) {
    for (int unread = 0; capture.fd && ::ioctl(capture.fd.get(), FIONREAD, &unread) == 0 && unread > 0;)
      if (!drain(capture, left, outcome.truncated)) break;
  }
  if (verdict) {
    outcome.status = *verdict;
    if (WIFSIGNALED(process->wait_status())) outcome.signal = WTERMSIG(process->wait_status());  // ours
  } else {
    classify(*process, outcome);
    if (outcome.truncated) outcome.status = Status::output_limit;
  }
  outcome.cpu_seconds = process->cpu_seconds();
  outcome.memory_peak_bytes = process->memory_peak_bytes();
  outcome.attempts = process->attempts();
  return outcome;
}

}  // namespace assay::sandbox
