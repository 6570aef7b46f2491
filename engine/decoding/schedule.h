#pragma once
/// How many positions each step fills.
#include <cstdint>
#include <vector>

namespace assay::engine {

/// t has steps + 1 points from 1 to eps, evenly spaced, in float32. Source: Dream, generation_utils.py, _sample().
class Schedule {
 public:
  Schedule(std::int64_t steps, double eps);

  /// Of `masks` left before `step`: trunc(masks · (1 − t[step + 1] / t[step])) in float32, all at the last step.
  [[nodiscard]] std::int64_t fills(std::int64_t step, std::int64_t masks) const;
  /// 1 − t[step + 1] / t[step], 1 at the last step: what `origin` fills a position with.
  [[nodiscard]] float probability(std::int64_t step) const;
  [[nodiscard]] std::int64_t steps() const { return static_cast<std::int64_t>(points_.size()) - 1; }

 private:
  std::vector<float> points_;
};

}  // namespace assay::engine
