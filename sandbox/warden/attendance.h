#pragma once
#include <algorithm>

namespace assay::sandbox {

/// How long a warden was away: stopped with a job's terminal, starved of a core, or on a machine that stood still. What
/// a wall clock showed meanwhile says nothing of the sample, which may have stood still too, or answered long since.
/// Noticed is what exceeds the wait that was asked for, so waits are short: no longer than `beat`.
class Attendance {
 public:
  static constexpr double beat = 0.05;

  /// To be called before each wait: the wall clock's seconds, and how many the wait may take.
  void waits(double now, double at_most) {
    away_ = away(now);
    due_ = now + at_most + work;
  }
  /// Seconds away so far.
  [[nodiscard]] double away(double now) const { return due_ > 0 ? away_ + std::max(0.0, now - due_) : 0; }

 private:
  static constexpr double work = 0.01;  ///< what a session may take for itself between two waits
  double away_ = 0, due_ = 0;
};

}  // namespace assay::sandbox
