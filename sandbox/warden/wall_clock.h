#pragma once
#include <time.h>

namespace assay::sandbox {

inline double read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The wall clock of sessions, in seconds; only differences mean anything.
inline double wall_now() { return read_clock(CLOCK_MONOTONIC); }

}  // namespace assay::sandbox
