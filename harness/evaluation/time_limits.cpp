#include "harness/evaluation/time_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::harness {

using std::chrono::milliseconds;

namespace {
constexpr milliseconds most_of_calls{60'000}, set_grace{2'000};
}

milliseconds call_limit(const TimeLimits& limits, double reference_seconds) {
  constexpr double longest = 3600;
  const double seconds = std::clamp(std::max(limits.min_seconds, limits.factor * reference_seconds), 0.001, longest);
  return milliseconds(std::llround(std::ceil(seconds * 1000)));
}

std::vector<milliseconds> call_limits(const TimeLimits& limits, std::span<const double> reference_seconds) {
  std::vector<milliseconds> calls;
  calls.reserve(reference_seconds.size());
  for (const double seconds : reference_seconds) calls.push_back(call_limit(limits, seconds));
  return calls;
}

milliseconds set_limit(std::span<const milliseconds> calls) {
  milliseconds sum{0};
  for (const milliseconds call : calls) sum = std::min(most_of_calls, sum + call);
  return sum + set_grace;
}

milliseconds longest_set_limit() { return most_of_calls + set_grace; }

std::string to_text(const TimeLimits& limits) {
  return fmt::format("min {} s, factor {}", limits.min_seconds, limits.factor);
}

}  // namespace assay::harness
