#include "engine/decoding/schedule.h"

namespace assay::engine {

// Rounded as torch.linspace's vector code does it, whose last bit decides a count now and then (the golden counts have
// such a case): groups of eight, each counted on from its first point, which is counted from the nearer end.
Schedule::Schedule(std::int64_t steps, double eps) {
  constexpr std::int64_t group = 8;
  const auto last = static_cast<float>(eps);
  const float stride = (last - 1.0F) / static_cast<float>(steps);
  const auto from_nearer_end = [&](std::int64_t i) {
    return i < (steps + 1) / 2 ? 1.0F + stride * static_cast<float>(i) : last - stride * static_cast<float>(steps - i);
  };
  const std::int64_t grouped = (steps + 1) / group * group;
  for (std::int64_t i = 0; i <= steps; ++i)
    points_.push_back(i < grouped ? from_nearer_end(i / group * group) + stride * static_cast<float>(i % group)
                                  : from_nearer_end(i));
}

float Schedule::probability(std::int64_t step) const {
  const auto i = static_cast<std::size_t>(step);
  return step + 1 == steps() ? 1.0F : 1.0F - points_[i + 1] / points_[i];
}

std::int64_t Schedule::fills(std::int64_t step, std::int64_t masks) const {
  if (step + 1 == steps()) return masks;
  return static_cast<std::int64_t>(static_cast<float>(masks) * probability(step));
}

}  // namespace assay::engine
