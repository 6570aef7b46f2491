#include "engine/decoding/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace assay::engine {
namespace {

constexpr double lowest = -std::numeric_limits<double>::infinity();

std::vector<std::size_t> largest(const std::vector<double>& keys, std::int64_t count) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] > keys[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(std::max<std::int64_t>(count, 0))));
  std::sort(order.begin(), order.end());
  return order;
}

double key_of(float confidence) { return std::isnan(confidence) ? lowest : confidence; }

}  // namespace

std::vector<std::size_t> most_confident(std::span<const float> confidence, std::int64_t count) {
  std::vector<double> keys(confidence.size());
  std::transform(confidence.begin(), confidence.end(), keys.begin(), key_of);
  return largest(keys, count);
}

std::vector<std::size_t> confident_enough(std::span<const float> confidence, double threshold) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < confidence.size(); ++i)
    if (confidence[i] >= threshold) chosen.push_back(i);
  return chosen.empty() ? most_confident(confidence, 1) : chosen;
}

std::vector<std::size_t> drawn(std::span<const float> confidence, std::int64_t count, double temperature,
                               std::span<const double> uniform) {
  constexpr double coldest = 1e-300;  // colder is the same, but where it makes infinities of all confidences
  std::vector<double> keys(confidence.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    keys[i] = key_of(confidence[i]) / std::max(temperature, coldest) - std::log(-std::log(uniform[i]));
  return largest(keys, count);
}

}  // namespace assay::engine
