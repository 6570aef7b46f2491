#pragma once
/// What the sessions of calls and of checks share: what is near a limit, and text fit for an outcome.
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "sandbox/attempts.h"

namespace assay::sandbox {

/// A call or test that takes this share of its limit or more, and no more than `over`, is near enough to be run once
/// more, alone; so it is given until `over` to end.
inline constexpr double near = 0.8, over = 1.25;
/// A machine that stands still, not a program, when wall time is so many times the set's limit.
inline constexpr double stuck_factor = 10;

inline double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) * 1e-3; }

/// An answer for `index` where that of `next` is due.
inline Attempt misplaced(std::uint64_t index, std::uint64_t next) {
  return index < next ? Attempt::answered_twice : Attempt::answered_for_another;
}

/// Printable, short: the account of an exception, a signal's name, as the outcome carries it.
inline std::string printable(std::string_view text) {
  std::string clean(text.substr(0, 200));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return clean;
}

}  // namespace assay::sandbox
