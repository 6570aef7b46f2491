#include "harness/progress.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

Progress::Mode resolved(Progress::Mode mode, std::FILE* stream) {
  if (mode != Progress::Mode::automatic) return mode;
  return ::isatty(::fileno(stream)) == 1 ? Progress::Mode::bar : Progress::Mode::lines;
}

std::string duration_text(double seconds) {
  constexpr long minute = 60, hour = 3600;
  const long whole = static_cast<long>(seconds + 0.5);
  if (whole >= hour) return fmt::format("{}:{:02}:{:02}", whole / hour, whole % hour / minute, whole % minute);
  return fmt::format("{}:{:02}", whole / minute, whole % minute);
}

/// A rate that is never 0: of slow samples, a minute.
std::string rate_text(double a_second) {
  constexpr double slow = 0.095, minute = 60;
  return a_second < slow ? fmt::format("{:.1f}/min", a_second * minute) : fmt::format("{:.1f}/s", a_second);
}

std::size_t columns_of(std::FILE* stream) {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

}  // namespace

Progress::Progress(Mode mode, std::size_t total, std::FILE* stream, std::function<Clock::time_point()> now,
                   std::function<std::size_t()> columns)
    : mode_(resolved(mode, stream)),
      total_(total),
      stream_(stream),
      now_(std::move(now)),
      columns_(columns ? std::move(columns) : [stream] { return columns_of(stream); }),
      start_(now_()),
      drawn_(start_),
      enough_(std::clamp<std::size_t>(total / 10, 1, 10)) {
  marks_.push_back({start_, 0});
}

void Progress::busy_with(std::string what) {
  const std::lock_guard lock(mutex_);
  const bool begins = busy_with_.empty() && !what.empty();
  busy_with_ = std::move(what);
  if (finished_ || mode_ == Mode::silent) return;
  const auto now = now_();
  if (busy_with_.empty()) marks_ = {{now, done_}};  // no time of samples
  if (begins && mode_ == Mode::bar)
    draw(now, false);
  else
    draw_when_due(now);
}

void Progress::add(bool passed) {
  const std::lock_guard lock(mutex_);
  ++done_;
  passed_ += passed ? 1 : 0;
  if (mode_ == Mode::silent) return;
  const auto now = now_();
  // What is done at once was kept from before, and says nothing of the rate.
  if (marks_.size() == 1 && now - start_ < 100ms) marks_.front() = {now, done_};
  draw_when_due(now);
}

void Progress::say(const std::string& line) {
  const std::lock_guard lock(mutex_);
  const bool bar = mode_ == Mode::bar && !finished_;
  std::fputs(fmt::format("{}{}\n", bar ? "\r\x1b[K" : "", line).c_str(), stream_);
  if (bar) draw(now_(), false);
  std::fflush(stream_);
}

void Progress::refresh() {
  const std::lock_guard lock(mutex_);
  if (!finished_ && mode_ != Mode::silent) draw(now_(), false);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  if (finished_ || mode_ == Mode::silent) return;
  finished_ = true;
  if (done_ > 0) draw(now_(), true);
}

void Progress::draw_when_due(Clock::time_point now) {
  if (now - drawn_ >= (mode_ == Mode::bar ? Clock::duration(100ms) : Clock::duration(10s))) draw(now, false);
}

void Progress::draw(Clock::time_point now, bool last) {
  if (mode_ == Mode::bar)
    fmt::print(stream_, "\r{}\x1b[K{}", fitted(now, last), last ? "\n" : "");
  else
    fmt::print(stream_, "assay: {}\n", fmt::join(parts(now, last), ", "));
  std::fflush(stream_);
  drawn_ = now;
  constexpr auto window = 15s;
  marks_.push_back({now, done_});
  while (marks_.size() > 2 && now - marks_[1].at >= window && done_ - marks_[1].done >= enough_) marks_.pop_front();
}

/// The bar is the first to give way, then what stands in the middle.
std::string Progress::fitted(Clock::time_point now, bool last) const {
  constexpr std::size_t widest = 30, narrowest = 10, frame = 3;
  const std::size_t room = std::max<std::size_t>(columns_(), 2) - 1;  // a line that fills the last column wraps
  std::vector<std::string> shown = parts(now, last);
  std::string line = fmt::format("{}", fmt::join(shown, ", "));
  while (line.size() > room && shown.size() > 2) {
    shown.erase(shown.begin() + 1);
    line = fmt::format("{}", fmt::join(shown, ", "));
  }
  if (line.size() > room) line.resize(room);
  if (line.size() + frame + narrowest > room) return line;
  const std::size_t width = std::min(widest, room - line.size() - frame);
  const std::size_t full = total_ > 0 ? std::min(width, done_ * width / total_) : width;
  return fmt::format("[{}{}] {}", std::string(full, '#'), std::string(width - full, '.'), line);
}

/// What is told, by commas; the first counts, the last says how long it will take. At the end nothing is left to do or
/// to wait for, and the rate of the last seconds, in which few samples ran or one ran again, is not that of the run.
std::vector<std::string> Progress::parts(Clock::time_point now, bool last) const {
  std::vector<std::string> all = {fmt::format("{}/{} samples", done_, total_),
                                  note_ ? note_() : fmt::format("{} passed", passed_)};
  if (!last && !busy_with_.empty()) {
    all.push_back(busy_with_);
    return all;
  }
  const double seconds = std::chrono::duration<double>(now - marks_.front().at).count();
  const std::size_t done = done_ - marks_.front().done;
  if (last || seconds <= 0 || done < enough_) return all;
  const double rate = static_cast<double>(done) / seconds;
  all.push_back(rate_text(rate));
  if (done_ < total_) all.push_back(duration_text(static_cast<double>(total_ - done_) / rate) + " left");
  return all;
}

}  // namespace assay::harness
