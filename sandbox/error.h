#pragma once
#include <string>
#include <tl/expected.hpp>

namespace assay::sandbox {

/// What can go wrong on our side. What a sample does is never among these: that is an Outcome.
enum class Errc {
  unavailable,  ///< the kernel or the machine refuses what a jail needs
  tier_unmet,   ///< the required tier is out of reach
  interpreter,  ///< the samples' Python is missing or unusable
  warden_died,  ///< a warden, or a zygote of its, ended during a job; nothing is known of the program
  cancelled,    ///< the caller asked to stop
  stuck,        ///< the wall-clock guard fired: the machine, not the program, stood still
  protocol,     ///< a warden said what it never should
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace assay::sandbox
