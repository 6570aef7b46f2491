#pragma once
/// How far a run is, on standard error: one line that redraws itself on a terminal, as wide as that at most, a plain
/// line every 10 s elsewhere.
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace assay::harness {

class Progress {
 public:
  enum class Mode {
    silent,
    automatic,  ///< `bar` where the stream is a terminal, else `lines`
    bar,
    lines,
  };
  using Clock = std::chrono::steady_clock;

  Progress(Mode mode, std::size_t total, std::FILE* stream = stderr,
           std::function<Clock::time_point()> now = Clock::now, std::function<std::size_t()> columns = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { finish(); }

  /// What stands behind the count instead of how many passed; asked whenever a line is drawn.
  void tell(std::function<std::string()> note) { note_ = std::move(note); }
  /// What is done besides samples, which stands in place of a rate and of the time left; nothing where empty. From any
  /// thread.
  void busy_with(std::string what);
  /// One more is done. May be called from any thread.
  void add(bool passed);
  /// A line of its own, above the one that redraws itself; in every mode. From any thread.
  void say(const std::string& line);
  /// Draws the state now, whatever has passed since: the note has news. From any thread.
  void refresh();
  /// Draws the last state and leaves the cursor on a line of its own; once.
  void finish();

 private:
  struct Mark {
    Clock::time_point at;
    std::size_t done;
  };
  void draw_when_due(Clock::time_point now);
  void draw(Clock::time_point now, bool last);
  [[nodiscard]] std::string fitted(Clock::time_point now, bool last) const;
  [[nodiscard]] std::vector<std::string> parts(Clock::time_point now, bool last) const;

  const Mode mode_;
  const std::size_t total_;
  std::FILE* const stream_;
  const std::function<Clock::time_point()> now_;
  const std::function<std::size_t()> columns_;  ///< of the terminal; asked at each drawing, as it may change
  std::function<std::string()> note_;
  std::string busy_with_;
  std::mutex mutex_;
  std::size_t done_ = 0, passed_ = 0;
  bool finished_ = false;
  Clock::time_point start_, drawn_;
  /// One a drawing, of the last 15 s and of `enough_` samples at least: the rate is of these, not of what was
  /// kept. The longest samples come first, and the first few would promise hours where minutes are left.
  std::deque<Mark> marks_;
  const std::size_t enough_;
};

}  // namespace assay::harness
