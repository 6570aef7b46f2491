#pragma once
/// How long a call, and a set of calls, may take: EvalPlus's limits.
/// Source: evalplus/eval/__init__.py, untrusted_check.
#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace assay::harness {

struct TimeLimits {
  double min_seconds = 4;  ///< --min-time-limit: what every call has at least
  double factor = 4;       ///< --gt-time-limit-factor: times what the canonical solution took
};

/// One call's limit: max(min_seconds, factor * reference_seconds), at most an hour.
[[nodiscard]] std::chrono::milliseconds call_limit(const TimeLimits& limits, double reference_seconds);
[[nodiscard]] std::vector<std::chrono::milliseconds> call_limits(const TimeLimits& limits,
                                                                 std::span<const double> reference_seconds);
/// A whole set's limit: min(60 s, the sum of its calls' limits) + 2 s.
[[nodiscard]] std::chrono::milliseconds set_limit(std::span<const std::chrono::milliseconds> calls);
/// The longest that there is.
[[nodiscard]] std::chrono::milliseconds longest_set_limit();

/// The limits as one text, for keys: equal texts, equal limits.
[[nodiscard]] std::string to_text(const TimeLimits& limits);

}  // namespace assay::harness
