#include "harness/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

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

}  // namespace

Progress::Progress(Mode mode, std::size_t total, std::FILE* stream, std::function<Clock::time_point()> now)
    : mode_(resolved(mode, stream)),
      total_(total),
      stream_(stream),
      now_(std::move(now)),
      start_(now_()),
      drawn_(start_) {
  marks_.push_back({start_, 0});
}

void Progress::add(bool passed) {
  const std::lock_guard lock(mutex_);
  ++done_;
  passed_ += passed ? 1 : 0;
  if (mode_ == Mode::silent) return;
  const auto now = now_();
  // What is done at once was kept from before, and says nothing of the rate.
  if (marks_.size() == 1 && now - start_ < 100ms) marks_.front() = {now, done_};
  if (now - drawn_ >= (mode_ == Mode::bar ? Clock::duration(100ms) : Clock::duration(10s))) draw(now, false);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  if (finished_ || mode_ == Mode::silent) return;
  finished_ = true;
  if (done_ > 0) draw(now_(), true);
}

void Progress::draw(Clock::time_point now, bool last) {
  const std::string line = text(now);
  if (mode_ == Mode::bar) {
    constexpr std::size_t width = 30;
    const std::size_t full = total_ > 0 ? std::min(width, done_ * width / total_) : width;
    fmt::print(stream_, "\r[{}{}] {}\x1b[K{}", std::string(full, '#'), std::string(width - full, '.'), line,
               last ? "\n" : "");
  } else {
    fmt::print(stream_, "assay: {}\n", line);
  }
  std::fflush(stream_);
  drawn_ = now;
  constexpr auto window = 30s;
  marks_.push_back({now, done_});
  while (marks_.size() > 2 && now - marks_[1].at >= window) marks_.pop_front();
}

std::string Progress::text(Clock::time_point now) const {
  std::string line =
      fmt::format("{}/{} samples, {}", done_, total_, note_ ? note_() : fmt::format("{} passed", passed_));
  const double seconds = std::chrono::duration<double>(now - marks_.front().at).count();
  const double rate = seconds > 0 ? static_cast<double>(done_ - marks_.front().done) / seconds : 0;
  if (rate > 0) line += fmt::format(", {:.1f}/s", rate);
  if (rate > 0 && done_ < total_)
    line += fmt::format(", {} left", duration_text(static_cast<double>(total_ - done_) / rate));
  return line;
}

}  // namespace assay::harness
