#include "sandbox/warden/check_session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "sandbox/warden/attendance.h"
#include "sandbox/warden/frames.h"
#include "sandbox/warden/outbox.h"
#include "sandbox/warden/pipes.h"
#include "sandbox/warden/session.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/packer.h"
#include "sandbox/wire/value_check.h"

namespace assay::sandbox {
namespace {

/// What the two sides say (sandbox/runner/answer.py, check.py, shared.py), in the frames of FrameParser.
enum class CheckWord : std::uint8_t {
  loaded = 1,   ///< sample: the program's body ran and the entry point is there
  load_failed,  ///< sample: as in calls; checker: what is wrong with setup or tests themselves
  call,         ///< checker: for the sample, unread
  answer,       ///< sample: one value, for the checker
  passed,       ///< checker: index of the test
  raised,       ///< checker: index, the exception's type
  bad_answer,   ///< checker: the answer was a value, but none that the sample's side sends
  finished,     ///< checker: every test was run, or one that failed ended it
  own_word,     ///< checker: the sample may have decided the test that runs; with a byte in it, any
};

constexpr std::uint64_t most_call_bytes = 4ULL << 30;

/// `("value", opaque, None)`, in place of an answer that is no tree, or too deep a one.
constexpr std::string_view untold("\x0A\x03\0\0\0\xDA\x05value\x08\x01\0\0\0?N", 19);

std::string sample_job(const CheckJob& job) {
  Packer out;
  out.put(std::string_view(job.program));
  // Of several names, one that is not there fails the tests that use it.
  out.put(job.others.empty() ? std::string_view(job.entry_point) : std::string_view());
  Packer options;
  options.put(job.seed);
  options.put(job.objects);
  out.put(std::string_view(options.bytes()));
  return out.take();
}

std::string checker_job(const CheckJob& job, std::uint64_t seed) {
  Packer out;
  out.put(std::string_view(job.entry_point));
  out.put(std::string_view(job.setup));
  Packer options;
  options.put(seed);
  for (const auto* texts : {&job.tests, &job.others, &job.classes, &job.methods})
    options.put(static_cast<std::uint64_t>(texts->size()));
  options.put(job.keep_going);
  options.put(job.objects);
  out.put(std::string_view(options.bytes()));
  for (const auto* texts : {&job.others, &job.classes, &job.methods, &job.tests})
    for (const auto& text : *texts) out.put(std::string_view(text));
  return out.take();
}

std::string shared_job(const CheckJob& job) {
  Packer out;
  out.put(std::string_view(job.program));
  return out.take() + checker_job(job, job.seed);
}

/// How long this process stood in line for a core: time that neither side is to be charged for.
double own_run_delay() {
  char text[96];
  const UniqueFd file(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
  const ssize_t got = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (got <= 0) return 0;
  text[got] = 0;
  unsigned long long ran = 0, waited = 0;
  return std::sscanf(text, "%llu %llu", &ran, &waited) == 2 ? static_cast<double>(waited) * 1e-9 : 0;
}

/// One of the two processes with its pipes.
class Side {
 public:
  /// `spawn` makes the process of the descriptors that it is handed.
  template <class Spawn>
  Result<void> start(const Spawn& spawn, std::string job) {
    auto to = make_pipe();
    auto from = make_pipe();
    if (!to) return tl::unexpected(to.error());
    if (!from) return tl::unexpected(from.error());
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const int fds[spawn_fds] = {to->read.get(), from->write.get(), null.get(), null.get(), null.get()};
    auto process = spawn(fds);
    if (!process) return tl::unexpected(process.error());
    process_.emplace(std::move(*process));
    to_ = std::move(to->write);
    job_reader_ = std::move(to->read);
    from_ = std::move(from->read);
    outgoing_ = std::move(job);
    if (!set_nonblocking(to_.get()) || !set_nonblocking(from_.get()))
      return tl::unexpected(Error{Errc::unavailable, "sandbox: a pipe can't be made non-blocking"});
    return {};
  }

  /// A block for it to read: what it is asked, or answered.
  void send(std::string_view block) {
    if (written_ == outgoing_.size()) outgoing_.clear(), written_ = 0;
    const std::uint64_t size = block.size();
    outgoing_.append(reinterpret_cast<const char*>(&size), sizeof size);
    outgoing_.append(block);
    write_some();
  }
  void write_some() {
    if (!to_ || written_ == outgoing_.size()) return;
    const ssize_t sent = ::write(to_.get(), outgoing_.data() + written_, outgoing_.size() - written_);
    if (sent > 0) written_ += static_cast<std::size_t>(sent);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) to_.reset();  // it closed its end: its own affair
  }
  /// Of what it was sent.
  [[nodiscard]] std::size_t unread() const { return unread_bytes(job_reader_.get()); }
  /// Reads once; false where nothing was there. At the end of file, closed() is true.
  bool read_some() {
    constexpr std::size_t reading = 64 << 10;
    const std::span<char> room = parser_.room(reading);
    const ssize_t got = ::read(from_.get(), room.data(), std::min(room.size(), reading));
    if (got > 0) parser_.arrived(static_cast<std::size_t>(got)), bytes_ += static_cast<std::uint64_t>(got);
    if (got == 0) from_.reset();
    return got > 0;
  }

  [[nodiscard]] bool running() const { return process_.has_value(); }
  [[nodiscard]] pollfd results() const { return {from_ ? from_.get() : -1, POLLIN, 0}; }
  [[nodiscard]] pollfd job() const { return {to_ && written_ < outgoing_.size() ? to_.get() : -1, POLLOUT, 0}; }
  [[nodiscard]] pollfd ended() const { return {process_ ? process_->pidfd() : -1, POLLIN, 0}; }
  [[nodiscard]] FrameParser& parser() { return parser_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] SampleProcess& process() { return *process_; }
  [[nodiscard]] const SampleProcess& process() const { return *process_; }

 private:
  std::optional<SampleProcess> process_;
  UniqueFd to_, from_;
  UniqueFd job_reader_;  ///< our copy of the end that the process reads
  std::string outgoing_;
  std::size_t written_ = 0;
  FrameParser parser_{static_cast<std::uint8_t>(CheckWord::own_word)};
  std::uint64_t bytes_ = 0;
};

class CheckSession {
 public:
  CheckSession(Warden& warden, const CheckJob& job, const Limits& limits)
      : warden_(warden), job_(job), limits_(limits), out_(warden.socket()) {}
  Result<Outcome> run();

 private:
  void end(Status status, std::string detail = {}) {
    if (ended_) return;
    ended_ = true;
    outcome_.status = status;
    outcome_.detail = std::move(detail);
  }
  /// Ends the job for what neither side sends.
  void refuse(Attempt kind, std::string detail) {
    outcome_.attempts.add(kind);
    end(Status::protocol, std::move(detail));
  }
  Result<void> step();
  bool take(Side& side);
  void on_sample(CheckWord word, std::string_view payload);
  void on_checker(CheckWord word, std::string_view payload);
  void on_result(CheckWord word, std::string_view payload);
  Result<void> start_checker();
  Result<void> checker_is_gone();
  Result<void> sample_is_gone();
  void check_time();
  /// Ends the job for a limit passed since `from`; in doubt it is to be run once more.
  void time_is_up(Status status, const ClockReading& from, const ClockReading& now, double limit);
  double time_left(const ClockReading& now) const;
  ClockReading clock() const;

  Warden& warden_;
  const CheckJob& job_;
  const Limits& limits_;
  Outbox out_;
  Attendance attendance_;
  Side sample_, checker_;
  Outcome outcome_;
  bool ended_ = false, loaded_ = false;
  bool tests_read_ = false;                 ///< shared: the runner has said whether setup and tests are Python
  bool asked_ = false, was_asked_ = false;  ///< the sample owes an answer; it has been asked at all
  bool sample_gone_ = false, checker_gone_ = false;
  std::size_t next_ = 0;       ///< the test whose result comes next
  bool raised_ = false;        ///< the one before it did
  bool own_word_ = false;      ///< the sample may have decided the next one
  ClockReading start_, mark_;  ///< of the job; of the current test
  ClockReading seen_;          ///< the last one: a process that was waited for has no clock
};

ClockReading CheckSession::clock() const {
  ClockReading now = sample_.process().clock(false);
  now.wall -= own_run_delay();
  if (checker_.running()) {
    const ClockReading other = checker_.process().clock(false);
    now.run_delay += other.run_delay;
    now.cpu += other.cpu;
  }
  now.away = attendance_.away(now.wall);
  return now;
}

void CheckSession::time_is_up(Status status, const ClockReading& from, const ClockReading& now, double limit) {
  const bool of_checker = checker_.running() && checker_.process().doubtful(from, now, limit);
  outcome_.marginal = outcome_.marginal || of_checker || sample_.process().doubtful(from, now, limit);
  seen_ = now;
  end(status);
}

Result<Outcome> CheckSession::run() {
  // Tests that speak of NumPy may pass its values: then the sample has it loaded too.
  const bool numpy =
      mentions_numpy(job_.program) || mentions_numpy(job_.setup) ||
      std::any_of(job_.tests.begin(), job_.tests.end(), [](const auto& test) { return mentions_numpy(test); });
  auto started = sample_.start(
      [&](const int(&fds)[spawn_fds]) {
        return warden_.spawn(job_.shared ? Profile::shared : Profile::answer, numpy, limits_, fds);
      },
      job_.shared ? shared_job(job_) : sample_job(job_));
  if (!started) return tl::unexpected(started.error());
  start_ = mark_ = seen_ = clock();
  while (!ended_) {
    if (auto done = step(); !done) return tl::unexpected(done.error());
    if (clock().wall - start_.wall > stuck_factor * seconds(job_.set_limit) + 60)
      return tl::unexpected(Error{Errc::stuck, "sandbox: the machine stood still during a job"});
  }
  outcome_.wall_seconds = clock().wall - start_.wall;
  outcome_.clock_seconds = elapsed(start_, seen_);
  outcome_.calls_done = next_;
  sample_.process().finish();
  outcome_.memory_peak_bytes = sample_.process().memory_peak_bytes();
  outcome_.cpu_seconds = sample_.process().cpu_seconds();
  outcome_.attempts.add(sample_.process().attempts());
  const bool timed_out = outcome_.status == Status::call_timeout || outcome_.status == Status::set_timeout;
  if (timed_out && !sample_gone_ && sample_.results().fd < 0) outcome_.attempts.add(Attempt::closed_results);
  if (checker_.running()) {
    checker_.process().finish();
    outcome_.cpu_seconds += checker_.process().cpu_seconds();
  }
  if (!out_.flush()) ::_exit(0);
  return outcome_;
}

/// Waits for something to happen, and sees to all that did.
Result<void> CheckSession::step() {
  pollfd watched[] = {sample_.results(), checker_.results(),           sample_.job(), checker_.job(), sample_.ended(),
                      checker_.ended(),  {warden_.socket(), POLLIN, 0}};
  if (sample_gone_) watched[4].fd = -1;
  if (checker_gone_) watched[5].fd = -1;
  seen_ = clock();
  const double wait = time_left(seen_);
  attendance_.waits(seen_.wall, wait);
  const int ready = ::poll(watched, std::size(watched), static_cast<int>(std::ceil(wait * 1000)));
  if (ready < 0 && errno != EINTR) return tl::unexpected(cannot_wait());
  sample_.process().watch();
  if (checker_.running()) checker_.process().watch();
  if (watched[2].revents != 0) sample_.write_some();
  if (watched[3].revents != 0) checker_.write_some();
  if (watched[0].revents != 0) take(sample_);
  if (!ended_ && watched[1].revents != 0) take(checker_);
  if (loaded_ && !ended_ && !job_.shared && !checker_.running())
    if (auto started = start_checker(); !started) return started;
  if (!out_.flush()) ::_exit(0);
  if (watched[6].revents != 0 && asked_to_stop(warden_.socket())) end(Status::stopped);
  if (ended_) return {};
  // What a side sent before it ended still counts.
  if (watched[4].revents != 0) {
    while (!ended_ && take(sample_)) {
    }
    sample_gone_ = true;  // its clocks can be read until it is reaped
  }
  if (!ended_ && watched[5].revents != 0) {
    while (!ended_ && take(checker_)) {
    }
    checker_gone_ = true;
  }
  // A sample that ended while nobody asked it anything is found out by the next call.
  if (!ended_ && sample_gone_ && (asked_ || !loaded_ || job_.shared))
    if (auto seen = sample_is_gone(); !seen) return seen;
  if (!ended_ && checker_gone_) return checker_is_gone();
  if (!ended_) check_time();
  return {};
}

/// Reads once from a side and sees to whole frames; false where nothing was there.
bool CheckSession::take(Side& side) {
  if (side.results().fd < 0 || !side.read_some()) return false;
  FrameParser& parser = side.parser();
  for (Frame frame; !ended_ && parser.next(frame);) {
    const CheckWord word = static_cast<CheckWord>(frame.type);
    if (&side == &checker_)
      on_checker(word, frame.payload);
    else
      on_sample(word, frame.payload);
  }
  if (parser.broken()) parser.too_large() ? end(Status::output_limit) : refuse(Attempt::forged_frame, "frames");
  if (side.bytes() > most_call_bytes) end(Status::output_limit);
  return true;
}

void CheckSession::on_sample(CheckWord word, std::string_view payload) {
  if (job_.shared && !tests_read_) {
    // Sent before anything of the program ran: later ones of that kind could be of its making.
    if (word != CheckWord::loaded && word != CheckWord::load_failed)
      return refuse(Attempt::forged_frame, "answered out of turn");
    if (word == CheckWord::load_failed) outcome_.bad_tests = printable(payload);
    tests_read_ = true;
    return;
  }
  if (!loaded_ && word == CheckWord::load_failed) return end(Status::load_failed, printable(payload));
  if (!loaded_) {
    if (word != CheckWord::loaded) return refuse(Attempt::forged_frame, "answered out of turn");
    loaded_ = true;
    mark_ = clock();
    return;
  }
  if (job_.shared) return on_result(word, payload);
  const bool again = word == CheckWord::answer && was_asked_;
  if (word != CheckWord::answer || !asked_)
    return refuse(again ? Attempt::answered_twice : Attempt::forged_frame, "answered out of turn");
  const Form form = form_of(payload);
  if (form == Form::malformed) return refuse(Attempt::undecodable, "no such value");
  asked_ = false;
  checker_.send(form == Form::untellable ? untold : payload);
}

void CheckSession::on_checker(CheckWord word, std::string_view payload) {
  if (word == CheckWord::load_failed && !asked_) {
    // As good as its word on tests that passed: nothing of the sample's runs there.
    if (outcome_.bad_tests.empty()) outcome_.bad_tests = printable(payload);
    return;
  }
  if (word == CheckWord::own_word) {
    (payload.empty() ? own_word_ : outcome_.own_word) = true;
    return;
  }
  if (word != CheckWord::call) return on_result(word, payload);
  if (asked_) return refuse(Attempt::forged_frame, "asked out of turn");
  asked_ = was_asked_ = true;
  sample_.send(payload);
}

void CheckSession::on_result(CheckWord word, std::string_view payload) {
  Unpacker in(payload);
  switch (word) {
    case CheckWord::passed:
    case CheckWord::raised: {
      const auto number = in.get<std::uint32_t>();
      if (number != next_ || !in.ok() || next_ >= job_.tests.size() || asked_) {
        const bool counted = in.ok() && !asked_;
        return refuse(counted ? misplaced(number, next_) : Attempt::forged_frame, "answered for another test");
      }
      const ClockReading now = clock();
      ResultHeader header;
      header.index = next_;
      header.seconds = elapsed(mark_, now);
      header.own_word = std::exchange(own_word_, false);
      const double limit = seconds(job_.test_limit), share = header.seconds / limit;
      outcome_.marginal = outcome_.marginal || (share >= near && share <= over);
      if (share > 1) return time_is_up(Status::call_timeout, mark_, now, limit);
      if (word == CheckWord::raised) header.kind = ResultHeader::Kind::raised, header.what = printable(in.rest());
      out_.add(MessageType::result_begin, pack(header));
      if (word == CheckWord::passed) out_.add(MessageType::result_piece, "N");
      Packer index;
      index.put(static_cast<std::uint64_t>(next_++));
      out_.add(MessageType::result_end, index.bytes());
      raised_ = word == CheckWord::raised;
      mark_ = now;
      return;
    }
    case CheckWord::finished: {
      // An answer that nobody asked for may have come meanwhile.
      const pollfd left = sample_.results();
      pollfd unasked{left.fd, POLLIN, 0};
      if (!job_.shared && left.fd >= 0 && ::poll(&unasked, 1, 0) > 0 && (unasked.revents & POLLIN) != 0)
        return asked_ ? end(Status::protocol, "answered out of turn")
                      : refuse(Attempt::answered_late, "answered out of turn");
      if (next_ < job_.tests.size() && (job_.keep_going || !raised_)) outcome_.attempts.add(Attempt::forged_frame);
      if (sample_.parser().midway()) outcome_.attempts.add(Attempt::answered_late);
      return end(Status::ok);
    }
    case CheckWord::bad_answer:
      return refuse(Attempt::undecodable, "no such answer");
    default:
      return refuse(Attempt::forged_frame, "no such word");
  }
}

Result<void> CheckSession::start_checker() {
  auto started = checker_.start(
      [&](const int(&fds)[spawn_fds]) {
        return job_.pytest.empty() ? warden_.spawn(Profile::check, false, limits_, fds)
                                   : warden_.spawn_checker(job_.pytest, limits_, fds);
      },
      checker_job(job_, warden_.tests_seed(job_.seed)));
  if (!started) return started;
  mark_ = clock();
  return {};
}

Result<void> CheckSession::sample_is_gone() {
  SampleProcess& process = sample_.process();
  process.finish();
  const int status = process.wait_status();
  const std::size_t unread = loaded_ ? 0 : sample_.unread();
  if (unread > 0 && !was_killed(status)) return tl::unexpected(never_ran(status, unread));
  ended_ = true;
  classify_end(process, outcome_);
  return {};
}

Result<void> CheckSession::checker_is_gone() {
  checker_.process().finish();
  if (!was_asked_ && was_killed(checker_.process().wait_status()))
    return tl::unexpected(Error{Errc::unavailable, "sandbox: a checker ended before its tests"});
  if (!was_asked_) {  // nothing of the sample's has had a hand in that
    outcome_.bad_tests = "the tests end their own process";
    end(Status::exited);
    return {};
  }
  outcome_.memory_contended = checker_.process().killed_from_outside();
  if (outcome_.memory_contended)
    end(Status::memory);
  else
    end(Status::protocol, "the checker could not bear its answers");
  return {};
}

/// What had arrived by now still counts: this process was late. What comes after it puts nothing off.
void CheckSession::check_time() {
  const ClockReading now = clock();
  for (Side* side : {&sample_, &checker_}) {
    if (side->results().fd < 0) continue;
    const std::uint64_t due = side->bytes() + unread_bytes(side->results().fd);
    while (!ended_ && side->bytes() < due && take(*side)) {
    }
  }
  if (ended_) return;
  const double set_limit = seconds(job_.set_limit), test_limit = over * seconds(job_.test_limit);
  if (elapsed(start_, now) >= set_limit) return time_is_up(Status::set_timeout, start_, now, set_limit);
  if (loaded_ && elapsed(mark_, now) >= test_limit) time_is_up(Status::call_timeout, mark_, now, test_limit);
}

/// Seconds until the nearest limit could be reached at the earliest, and no more than a beat.
double CheckSession::time_left(const ClockReading& now) const {
  double left = seconds(job_.set_limit) - elapsed(start_, now);
  if (loaded_) left = std::min(left, over * seconds(job_.test_limit) - elapsed(mark_, now));
  return std::clamp(left, 0.001, Attendance::beat);
}

}  // namespace

Result<Outcome> run_check(Warden& warden, const CheckJob& job, const Limits& limits) {
  return CheckSession(warden, job, limits).run();
}

}  // namespace assay::sandbox
