#include "sandbox/warden/program_session.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include "sandbox/warden/pipes.h"
#include "sandbox/warden/runner_report.h"
#include "sandbox/warden/session.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/job_bytes.h"

namespace assay::sandbox {
namespace {

/// What may still be kept of streams that share a limit.
struct Room {
  std::uint64_t left;
  bool dropped = false;  ///< there was more
};

/// One captured stream.
struct Capture {
  std::string& text;
  Room& room;
  UniqueFd fd{};

  /// Reads once; closes it at the end of file.
  void drain();
  /// What is in the pipe now.
  void drain_rest();
};

void Capture::drain() {
  char buffer[1 << 16];
  const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return fd.reset();
  const auto keep = std::min<std::uint64_t>(room.left, static_cast<std::uint64_t>(got));
  text.append(buffer, keep);
  room.left -= keep;
  room.dropped = room.dropped || keep < static_cast<std::uint64_t>(got);
}

void Capture::drain_rest() {
  while (fd && unread_bytes(fd.get()) > 0) drain();
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

class ProgramSession : Session {
 public:
  ProgramSession(Warden& warden, const ProgramJob& job, const Limits& limits)
      : Session(warden, limits), job_(job), limit_(seconds(job.time_limit)) {}
  Result<Outcome> run();

 private:
  Result<void> start();
  Result<void> step();
  Result<Outcome> finish();
  [[nodiscard]] ClockReading clock();

  const ProgramJob& job_;
  const double limit_;
  std::optional<SampleProcess> process_;
  UniqueFd job_reader_;  ///< our copy of the end that the process reads
  std::optional<Feed> program_, input_;
  std::string report_;
  Room output_room_{limits_.output_bytes}, report_room_{most_report_bytes(job_)};
  Capture out_{outcome_.out, output_room_}, err_{outcome_.err, output_room_}, result_{report_, report_room_};
  bool gone_ = false;
  ClockReading start_, now_;
};

Result<Outcome> ProgramSession::run() {
  if (!job_.fetch.empty() && warden_.in_place()) {
    return tl::unexpected(Error{Errc::unavailable,
                                "sandbox: files can't be fetched where samples are confined in place: that takes a "
                                "process more, and so namespaces; assay doctor says how to get them"});
  }
  if (auto started = start(); !started) return tl::unexpected(started.error());
  start_ = now_ = clock();
  while (!ended_ && !gone_)
    if (auto done = step(); !done) return tl::unexpected(done.error());
  return finish();
}

Result<void> ProgramSession::start() {
  auto job_pipe = make_pipe(), result = make_pipe(), in = make_pipe(), out = make_pipe(), err = make_pipe();
  for (const auto* pipe : {&job_pipe, &result, &in, &out, &err})
    if (!*pipe) return tl::unexpected(pipe->error());
  const int fds[spawn_fds] = {job_pipe->read.get(), result->write.get(), in->read.get(), out->write.get(),
                              err->write.get()};
  auto process = job_.shows.empty() ? warden_.spawn(Profile::program, mentions_numpy(job_.program), limits_, fds)
                                    : warden_.spawn(job_.shows, limits_, fds);
  if (!process) return tl::unexpected(process.error());
  process_.emplace(std::move(*process));
  job_reader_ = std::move(job_pipe->read);
  program_.emplace(std::move(job_pipe->write), job_bytes(job_));
  input_.emplace(std::move(in->write), job_.input);
  out_.fd = std::move(out->read);
  err_.fd = std::move(err->read);
  result_.fd = std::move(result->read);
  return make_nonblocking({program_->fd(), input_->fd(), out_.fd.get(), err_.fd.get(), result_.fd.get()});
}

/// Waits for something to happen, and sees to all that did.
Result<void> ProgramSession::step() {
  pollfd watched[] = {
      {process_->pidfd(), POLLIN, 0}, {warden_.socket(), POLLIN, 0}, {program_->fd(), POLLOUT, 0},
      {input_->fd(), POLLOUT, 0},     {out_.fd.get(), POLLIN, 0},    {err_.fd.get(), POLLIN, 0},
      {result_.fd.get(), POLLIN, 0},
  };
  const double wait = std::clamp(limit_ - elapsed(start_, now_), 0.001, Attendance::beat);
  attendance_.waits(now_.wall, wait);
  const int ready = ::poll(watched, std::size(watched), static_cast<int>(std::ceil(wait * 1000)));
  if (ready < 0 && errno != EINTR) return tl::unexpected(cannot_wait());
  if (watched[2].revents != 0) program_->write_some();
  if (watched[3].revents != 0) input_->write_some();
  if (watched[4].revents != 0) out_.drain();
  if (watched[5].revents != 0) err_.drain();
  if (watched[6].revents != 0) result_.drain();
  const bool to_stop = watched[1].revents != 0 && asked_to_stop(warden_.socket());
  gone_ = watched[0].revents != 0;
  if (!gone_) {
    process_->watch();
    now_ = clock();
    if (elapsed(start_, now_) >= limit_) time_is_up(Status::call_timeout, process_->doubtful(start_, now_, limit_));
  }
  if (output_room_.dropped || report_room_.dropped) end(Status::output_limit);
  if (to_stop) end(Status::stopped);
  return gone_ ? Result<void>() : still_moving(now_.wall - start_.wall, limit_);
}

Result<Outcome> ProgramSession::finish() {
  now_ = clock();
  outcome_.wall_seconds = now_.wall - start_.wall;
  outcome_.clock_seconds = elapsed(start_, now_);
  const std::size_t unread = unread_bytes(job_reader_.get());
  process_->finish();
  const int status = process_->wait_status();
  if (!ended_)
    if (auto error = never_ran(status, unread)) return tl::unexpected(std::move(*error));
  for (Capture* capture : {&out_, &err_, &result_}) capture->drain_rest();
  outcome_.truncated = output_room_.dropped || report_room_.dropped;
  if (ended_) {
    if (WIFSIGNALED(status)) outcome_.signal = WTERMSIG(status);  // ours
  } else {
    auto fetched = job_.fetch.empty() ? std::nullopt : read_report(report_);
    classify(fetched ? fetched->wait_status : status, *process_, outcome_);
    if (fetched) outcome_.files = std::move(fetched->files);
    if (outcome_.truncated) outcome_.status = Status::output_limit;
  }
  tell_of(*process_, outcome_);
  return std::move(outcome_);
}

ClockReading ProgramSession::clock() {
  ClockReading reading = process_->tree_clock();
  reading.away = attendance_.away(reading.wall);
  return reading;
}

}  // namespace

Result<Outcome> run_program(Warden& warden, const ProgramJob& job, const Limits& limits) {
  return ProgramSession(warden, job, limits).run();
}

}  // namespace assay::sandbox
