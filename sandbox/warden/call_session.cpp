#include "sandbox/warden/call_session.h"

#include <fcntl.h>
#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "sandbox/printable.h"
#include "sandbox/warden/frames.h"
#include "sandbox/warden/outbox.h"
#include "sandbox/warden/pipes.h"
#include "sandbox/warden/session.h"
#include "sandbox/warden/wall_clock.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/job_bytes.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {
namespace {

/// What a sample's process says (sandbox/runner/calls.py), in the frames of FrameParser.
enum class CallWord : std::uint8_t {
  loaded = 1,   ///< the program's body ran and the entry point is there
  load_failed,  ///< 'S' (does not compile) or 'E' (raised) with its account, or 'N' (no entry point) with the name
  done,         ///< index: the call has ended; what follows is encoding
  whole,        ///< index, value
  sequence,     ///< index, ResultHeader::Kind as a byte, 8-byte number of elements; pieces follow
  piece,        ///< up to ResultHeader::chunk_elements elements
  raised,       ///< index, the account of the exception: type, message, line
  finished,     ///< nothing more will come
};

/// What the encoder may take: this, and a second for so many bytes; and so much in all.
constexpr double encode_seconds = 1, encode_bytes_per_second = 2 << 20, encode_seconds_in_all = 60;
constexpr std::uint64_t most_result_bytes = 8ULL << 30;
/// After a reading that gave less than `much` the next waits, longer and longer up to this many seconds, unless the
/// sample's process ends: to wake up for each result costs more than most calls.
constexpr double longest_quiet = 0.005;
constexpr std::size_t much = 32 << 10;
/// Read at once: more leaves the processor's cache before it is sent on.
constexpr std::size_t reading = 256 << 10;

double encoding_limit(std::uint64_t result_bytes) {
  return encode_seconds + static_cast<double>(result_bytes) / encode_bytes_per_second;
}

timespec to_timespec(double time) {
  const auto whole = static_cast<time_t>(time);
  return {whole, static_cast<long>((time - static_cast<double>(whole)) * 1e9)};
}

bool readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & POLLIN) != 0;
}

class CallSession : Session {
 public:
  CallSession(Warden& warden, const CallJob& job, const Limits& limits)
      : Session(warden, limits), job_(job), out_(warden.socket()) {}
  Result<Outcome> run();

 private:
  enum class State { loading, calling, encoding, in_sequence, finished };

  Result<void> start();
  Result<void> step();
  Result<Outcome> finish();
  void on_bytes();
  void on_closed();
  void on_frame(const Frame& frame, const ClockReading& now);
  bool expect_index(Unpacker& in);
  void begin(ResultHeader header);
  void finish_result(const ClockReading& now);
  /// The clock of a call, or of an encoding, starts here: where a frame says so, and nowhere else.
  void enter(State state, const ClockReading& now) {
    state_ = state;
    mark_ = now;
  }
  /// Pieces of a long result arrive while the encoder still works: its clock runs on.
  [[nodiscard]] bool is_encoding() const { return state_ == State::encoding || state_ == State::in_sequence; }
  ClockReading clock() const;
  /// Without what encoding took, which has limits of its own.
  [[nodiscard]] double set_limit(const ClockReading& now) const {
    return seconds(job_.set_limit) + encoded_ + (is_encoding() ? elapsed(mark_, now) : 0);
  }
  /// Ends the job where what has arrived by `now` came too late.
  void check_time(const ClockReading& now);
  /// Ends the job for a limit passed since `from`; in doubt it is to be run once more.
  void time_is_up(Status status, const ClockReading& from, const ClockReading& now, double limit);
  void check_encoding(double took);
  void on_timer();
  double time_left(const ClockReading& now) const;

  const CallJob& job_;
  Outbox out_;
  FrameParser parser_{static_cast<std::uint8_t>(CallWord::finished)};
  std::optional<SampleProcess> process_;
  UniqueFd results_;
  UniqueFd job_reader_;  ///< our copy of the end that the process reads
  std::optional<Feed> feed_;
  bool gone_ = false;
  State state_ = State::loading;
  std::size_t next_ = 0;  ///< the call whose result comes next
  bool raised_ = false;   ///< the one before it did
  std::uint64_t pieces_left_ = 0;
  std::uint64_t result_bytes_ = 0, all_bytes_ = 0;
  ClockReading start_, mark_;  ///< of the job; of the current call or encoding
  double call_seconds_ = 0, encoded_ = 0;
  double quiet_ = 0.0005, quiet_until_ = 0;  ///< small results are read many together
};

Result<Outcome> CallSession::run() {
  if (auto started = start(); !started) return tl::unexpected(started.error());
  start_ = mark_ = clock();
  while (!ended_ && !gone_)
    if (auto done = step(); !done) return tl::unexpected(done.error());
  return finish();
}

Result<void> CallSession::start() {
  auto job_pipe = make_pipe(1 << 18);
  auto result_pipe = make_pipe(1 << 20);
  if (!job_pipe) return tl::unexpected(job_pipe.error());
  if (!result_pipe) return tl::unexpected(result_pipe.error());
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const int fds[spawn_fds] = {job_pipe->read.get(), result_pipe->write.get(), null.get(), null.get(), null.get()};
  auto process = warden_.spawn(Profile::calls, mentions_numpy(job_.program), limits_, fds);
  if (!process) return tl::unexpected(process.error());
  process_.emplace(std::move(*process));
  results_ = std::move(result_pipe->read);
  job_reader_ = std::move(job_pipe->read);
  feed_.emplace(std::move(job_pipe->write), job_bytes(job_));
  return make_nonblocking({results_.get(), feed_->fd()});
}

/// Waits for something to happen, and sees to all that did.
Result<void> CallSession::step() {
  const double quiet = quiet_until_ - wall_now();
  pollfd watched[] = {{quiet > 0 ? -1 : results_.get(), POLLIN, 0},
                      {process_->pidfd(), POLLIN, 0},
                      {warden_.socket(), POLLIN, 0},
                      {feed_->fd(), POLLOUT, 0}};
  const ClockReading now = clock();
  const double longest = quiet > 0 ? std::min(quiet, time_left(now)) : time_left(now);
  const timespec wait = to_timespec(longest);
  attendance_.waits(now.wall, longest);
  const int ready = ::ppoll(watched, feed_->fd() >= 0 ? 4 : 3, &wait, nullptr);
  if (ready < 0 && errno != EINTR) return tl::unexpected(cannot_wait());
  if (watched[3].revents != 0) feed_->write_some();
  if (watched[0].revents != 0) on_bytes();
  if (watched[2].revents != 0 && asked_to_stop(warden_.socket())) end(Status::stopped);
  gone_ = watched[1].revents != 0;
  while (gone_ && !ended_ && readable(results_.get())) on_bytes();  // what it sent before it ended still counts
  if (gone_) return {};
  process_->watch();
  if (ready == 0) on_timer();
  return still_moving(wall_now() - out_.waited_seconds() - start_.wall, seconds(job_.set_limit));
}

Result<Outcome> CallSession::finish() {
  outcome_.clock_seconds = elapsed(start_, clock()) - encoded_;
  const std::size_t unread = unread_bytes(job_reader_.get());
  process_->finish();
  if (gone_ && !ended_)
    if (auto error = never_ran(process_->wait_status(), unread)) return tl::unexpected(std::move(*error));
  if (!ended_ && state_ != State::finished) classify_end(*process_, outcome_);
  // After `finished` a runner has nothing to say.
  const bool late = state_ == State::finished && (parser_.midway() || (results_ && readable(results_.get())));
  if (late) outcome_.attempts.add(Attempt::answered_late);
  outcome_.calls_done = next_;
  outcome_.wall_seconds = wall_now() - start_.wall;
  tell_of(*process_, outcome_);
  if (!out_.flush()) ::_exit(0);
  return std::move(outcome_);
}

/// Without what was spent waiting for assay to read: neither a call, nor an encoder, nor a set pays for it.
ClockReading CallSession::clock() const {
  ClockReading now = process_->clock();
  now.wall -= out_.waited_seconds();
  now.away = attendance_.away(now.wall);
  return now;
}

void CallSession::time_is_up(Status status, const ClockReading& from, const ClockReading& now, double limit) {
  Session::time_is_up(status, process_->doubtful(from, now, limit));
}

/// Over its limit a call fails; near it, the job says so. What ends a call here is its result's arrival: whole, for a
/// sample may send the bytes of a frame one by one.
void CallSession::check_time(const ClockReading& now) {
  const double took = elapsed(mark_, now);
  if (elapsed(start_, now) >= set_limit(now)) return time_is_up(Status::set_timeout, start_, now, set_limit(now));
  if (is_encoding()) check_encoding(took);
  call_seconds_ = took;
  if (state_ != State::calling || next_ >= job_.call_limits.size()) return;
  const double limit = seconds(job_.call_limits[next_]);
  if (!in_time(call_seconds_, limit)) time_is_up(Status::call_timeout, mark_, now, limit);
}

void CallSession::on_bytes() {
  const std::span<char> room = parser_.room(reading);
  const ssize_t got = ::read(results_.get(), room.data(), std::min(room.size(), reading));
  if (got == 0) return on_closed();
  if (got < 0) return;
  const ClockReading now = clock();
  all_bytes_ += static_cast<std::uint64_t>(got);
  check_time(now);
  if (all_bytes_ > most_result_bytes) end(Status::output_limit);
  parser_.arrived(static_cast<std::size_t>(got));
  for (Frame frame; !ended_ && parser_.next(frame);) on_frame(frame, now);
  if (parser_.broken()) parser_.too_large() ? end(Status::output_limit) : refuse(Attempt::forged_frame, "frames");
  // A result that does not come at once is encoded by now, and its call has ended.
  if (state_ == State::calling && parser_.begun(static_cast<std::uint8_t>(CallWord::whole)))
    enter(State::encoding, now);
  if (!out_.flush()) ::_exit(0);
  quiet_ = std::min(2 * quiet_, longest_quiet);
  quiet_until_ = static_cast<std::size_t>(got) < much ? wall_now() + quiet_ : 0;
}

/// A process that ends closes its pipe a moment before it is gone; one that closes it and lives on will never answer.
void CallSession::on_closed() {
  results_.reset();
  constexpr double moment = 1;
  const ClockReading closed = clock();
  for (ClockReading now = closed; elapsed(closed, now) < moment; now = clock()) {
    attendance_.waits(now.wall, Attendance::beat);
    pollfd gone{process_->pidfd(), POLLIN, 0};
    if (::poll(&gone, 1, static_cast<int>(Attendance::beat * 1000)) != 0) return;
  }
  refuse(Attempt::closed_results, "closed its results");
}

bool CallSession::expect_index(Unpacker& in) {
  const auto index = in.get<std::uint32_t>();
  const bool right = index == next_ && in.ok() && next_ < job_.inputs.size();
  if (!right) refuse(in.ok() ? misplaced(index, next_) : Attempt::forged_frame, "answered for another call");
  return right;
}

void CallSession::begin(ResultHeader header) {
  header.index = next_;
  header.seconds = state_ == State::encoding ? call_seconds_ : 0;
  out_.add(MessageType::result_begin, pack(header));
  result_bytes_ = 0;
}

void CallSession::finish_result(const ClockReading& now) {
  if (is_encoding()) {
    const double took = elapsed(mark_, now);
    encoded_ += took;
    if (took > encoding_limit(result_bytes_)) end(Status::call_timeout, "encoding");
    if (encoded_ > encode_seconds_in_all) end(Status::output_limit, "encoding");
  }
  Packer index;
  index.put(static_cast<std::uint64_t>(next_));
  out_.add(MessageType::result_end, index.bytes());
  ++next_;
  raised_ = false;
  enter(State::calling, now);
}

void CallSession::on_frame(const Frame& frame, const ClockReading& now) {
  Unpacker in(frame.payload);
  const bool may_answer = state_ == State::calling || state_ == State::encoding;
  switch (static_cast<CallWord>(frame.type)) {
    case CallWord::loaded:
      if (state_ != State::loading) return refuse(Attempt::forged_frame, "loaded twice");
      return enter(State::calling, now);
    case CallWord::load_failed:
      if (state_ != State::loading) return refuse(Attempt::forged_frame, "loaded twice");
      return end(Status::load_failed, printable(frame.payload));
    case CallWord::done:
      if (state_ != State::calling) return refuse(Attempt::forged_frame, "answered out of turn");
      if (!expect_index(in)) return;
      return enter(State::encoding,
                   now);  // the result may be in the same reading: the call's time is not the encoder's
    case CallWord::whole:
      if (!may_answer) return refuse(Attempt::forged_frame, "answered out of turn");
      if (!expect_index(in)) return;
      begin({});
      result_bytes_ = in.rest().size();
      out_.add(MessageType::result_piece, in.rest());
      return finish_result(now);
    case CallWord::sequence: {
      if (!may_answer) return refuse(Attempt::forged_frame, "answered out of turn");
      if (!expect_index(in)) return;
      ResultHeader header;
      header.kind = static_cast<ResultHeader::Kind>(in.get<std::uint8_t>());
      header.elements = in.get<std::uint64_t>();
      const bool known = header.kind == ResultHeader::Kind::list || header.kind == ResultHeader::Kind::tuple;
      if (!known || header.elements == 0 || header.elements > (1ULL << 40))
        return refuse(Attempt::forged_frame, "no such sequence");
      begin(header);
      pieces_left_ = (header.elements + ResultHeader::chunk_elements - 1) / ResultHeader::chunk_elements;
      if (state_ == State::calling) mark_ = now;
      state_ = State::in_sequence;
      return;
    }
    case CallWord::piece:
      if (state_ != State::in_sequence) return refuse(Attempt::forged_frame, "answered out of turn");
      result_bytes_ += frame.payload.size();
      out_.add(MessageType::result_piece, frame.payload);
      if (--pieces_left_ == 0) finish_result(now);
      return;
    case CallWord::raised: {
      if (!may_answer) return refuse(Attempt::forged_frame, "answered out of turn");
      if (!expect_index(in)) return;
      ResultHeader header;
      header.kind = ResultHeader::Kind::raised;
      header.what = printable(in.rest());
      begin(header);
      finish_result(now);
      raised_ = true;
      return;
    }
    case CallWord::finished:
      if (state_ != State::calling) return refuse(Attempt::forged_frame, "finished out of turn");
      if (next_ < job_.inputs.size() && (job_.keep_going || !raised_)) outcome_.attempts.add(Attempt::forged_frame);
      state_ = State::finished;
      return end(Status::ok);
  }
}

void CallSession::on_timer() {
  if (readable(results_.get())) return;  // it answered; this process was late
  const ClockReading now = clock();
  const double took = elapsed(mark_, now);
  if (elapsed(start_, now) >= set_limit(now)) return time_is_up(Status::set_timeout, start_, now, set_limit(now));
  if (state_ == State::calling && next_ < job_.call_limits.size()) {
    const double limit = over * seconds(job_.call_limits[next_]);
    if (took >= limit) return time_is_up(Status::call_timeout, mark_, now, limit);
  }
  if (is_encoding()) check_encoding(took);
}

/// What an encoder may take is known once its result has a length.
void CallSession::check_encoding(double took) {
  const auto whole = parser_.begun(static_cast<std::uint8_t>(CallWord::whole));
  if (whole && took > encoding_limit(*whole)) return end(Status::call_timeout, "encoding");
  if (took + encoded_ > encode_seconds_in_all) end(Status::output_limit, "encoding");
}

/// Seconds until the nearest limit could be reached at the earliest, and no more than a beat: threads make the clock
/// run faster.
double CallSession::time_left(const ClockReading& now) const {
  double left = set_limit(now) - elapsed(start_, now);
  if (state_ == State::calling && next_ < job_.call_limits.size())
    left = std::min(left, over * seconds(job_.call_limits[next_]) - elapsed(mark_, now));
  return std::clamp(left, 0.001, Attendance::beat);
}

}  // namespace

Result<Outcome> run_calls(Warden& warden, const CallJob& job, const Limits& limits) {
  return CallSession(warden, job, limits).run();
}

}  // namespace assay::sandbox
