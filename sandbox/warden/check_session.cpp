#include "sandbox/warden/check_session.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

#include "sandbox/printable.h"
#include "sandbox/warden/check_side.h"
#include "sandbox/warden/frames.h"
#include "sandbox/warden/outbox.h"
#include "sandbox/warden/pipes.h"
#include "sandbox/warden/session.h"
#include "sandbox/warden/warden.h"
#include "sandbox/wire/job_bytes.h"
#include "sandbox/wire/packer.h"
#include "sandbox/wire/value_check.h"

namespace assay::sandbox {
namespace {

/// What the two sides say (sandbox/runner/answer.py, proxy.py, run_tests.py, shared.py), in the frames of FrameParser.
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

constexpr auto last_word = static_cast<std::uint8_t>(CheckWord::own_word);

constexpr std::uint64_t most_call_bytes = 4ULL << 30;

/// `("value", opaque, None)`, in place of an answer that is no tree, or too deep a one.
constexpr std::string_view untold("\x0A\x03\0\0\0\xDA\x05value\x08\x01\0\0\0?N", 19);

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

class CheckSession : Session {
 public:
  CheckSession(Warden& warden, const CheckJob& job, const Limits& limits)
      : Session(warden, limits), job_(job), out_(warden.socket()) {}
  Result<Outcome> run();

 private:
  Result<void> step();
  bool take(CheckSide& side);
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

  const CheckJob& job_;
  Outbox out_;
  CheckSide sample_{last_word}, checker_{last_word};
  bool loaded_ = false;
  bool tests_read_ = false;                 ///< shared: the runner has said whether setup and tests are Python
  bool asked_ = false, was_asked_ = false;  ///< the sample owes an answer; it has been asked at all
  bool sample_gone_ = false, checker_gone_ = false;
  std::size_t next_ = 0;       ///< the test whose result comes next
  bool raised_ = false;        ///< the one before it did
  bool own_word_ = false;      ///< the sample may have decided the next one
  bool left_out_ = false;      ///< and the one before it, after which none need follow
  ClockReading start_, mark_;  ///< of the job; of the current test
  ClockReading seen_;          ///< the last one: a process that was waited for has no clock
};

ClockReading CheckSession::clock() const {
  ClockReading now = sample_.process().clock();
  now.wall -= own_run_delay();
  if (checker_.running()) {
    const ClockReading other = checker_.process().clock();
    now.run_delay += other.run_delay;
    now.cpu += other.cpu;
  }
  now.away = attendance_.away(now.wall);
  return now;
}

void CheckSession::time_is_up(Status status, const ClockReading& from, const ClockReading& now, double limit) {
  const bool of_checker = checker_.running() && checker_.process().doubtful(from, now, limit);
  seen_ = now;
  Session::time_is_up(status, of_checker || sample_.process().doubtful(from, now, limit));
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
      job_.shared ? shared_job_bytes(job_) : sample_job_bytes(job_));
  if (!started) return tl::unexpected(started.error());
  start_ = mark_ = seen_ = clock();
  while (!ended_) {
    if (auto done = step(); !done) return tl::unexpected(done.error());
    const double wall = clock().wall - start_.wall;
    if (auto moving = still_moving(wall, seconds(job_.set_limit)); !moving) return tl::unexpected(moving.error());
  }
  outcome_.wall_seconds = clock().wall - start_.wall;
  outcome_.clock_seconds = elapsed(start_, seen_);
  outcome_.calls_done = next_;
  sample_.process().finish();
  tell_of(sample_.process(), outcome_);
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
bool CheckSession::take(CheckSide& side) {
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
      header.own_word = left_out_ = std::exchange(own_word_, false);
      const double limit = seconds(job_.test_limit);
      if (!in_time(header.seconds, limit)) return time_is_up(Status::call_timeout, mark_, now, limit);
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
      if (next_ < job_.tests.size() && !left_out_ && (job_.keep_going || !raised_))
        outcome_.attempts.add(Attempt::forged_frame);
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
      checker_job_bytes(job_, warden_.tests_seed(job_.seed)));
  if (!started) return started;
  mark_ = clock();
  return {};
}

Result<void> CheckSession::sample_is_gone() {
  SampleProcess& process = sample_.process();
  process.finish();
  if (!loaded_)
    if (auto error = never_ran(process.wait_status(), sample_.unread())) return tl::unexpected(std::move(*error));
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
  for (CheckSide* side : {&sample_, &checker_}) {
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
