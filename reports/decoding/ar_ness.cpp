#include "reports/decoding/ar_ness.h"

#include <algorithm>
#include <vector>

namespace assay::reports {
namespace {

double share(std::uint64_t hits, std::size_t of) { return static_cast<double>(hits) / static_cast<double>(of); }

/// Counts over the places 0 … n − 1, with prefix sums in log n: a Fenwick tree of ones.
class Unfilled {
 public:
  explicit Unfilled(std::size_t places) : tree_(places + 1) {
    for (std::size_t i = 1; i < tree_.size(); ++i) tree_[i] = i & (~i + 1);
  }
  [[nodiscard]] std::size_t left_of(std::size_t place) const {
    std::size_t count = 0;
    for (std::size_t i = place; i > 0; i &= i - 1) count += tree_[i];
    return count;
  }
  void fill(std::size_t place) {
    for (std::size_t i = place + 1; i < tree_.size(); i += i & (~i + 1)) --tree_[i];
  }

 private:
  std::vector<std::size_t> tree_;
};

}  // namespace

std::optional<double> local_ar_ness(std::span<const std::int64_t> order, std::uint64_t k) {
  if (order.empty()) return std::nullopt;
  std::uint64_t hits = 0;
  for (std::size_t t = k; t < order.size(); ++t) {
    // Positions differ: k of them within {oₜ − k, …, oₜ − 1} are all of that set.
    const auto before = order.subspan(t - k, k);
    const std::int64_t here = order[t], first = here - static_cast<std::int64_t>(k);
    hits += std::all_of(before.begin(), before.end(), [&](std::int64_t o) { return o >= first && o < here; }) ? 1 : 0;
  }
  return share(hits, order.size());
}

std::optional<double> local_run_ar_ness(std::span<const std::int64_t> order, std::uint64_t k) {
  if (order.size() <= k) return std::nullopt;
  std::uint64_t hits = 0, run = 0;
  for (std::size_t t = 0; t < order.size(); ++t) {
    run = t > 0 && order[t] == order[t - 1] + 1 ? run + 1 : 0;
    hits += t >= k && run >= k ? 1 : 0;
  }
  return share(hits, order.size() - k);
}

std::optional<double> global_ar_ness(std::span<const std::int64_t> order, std::uint64_t k) {
  if (order.empty()) return std::nullopt;
  std::vector<std::int64_t> places(order.begin(), order.end());
  std::sort(places.begin(), places.end());
  Unfilled unfilled(places.size());
  std::uint64_t hits = 0;
  for (const std::int64_t position : order) {
    const auto place =
        static_cast<std::size_t>(std::lower_bound(places.begin(), places.end(), position) - places.begin());
    hits += unfilled.left_of(place) < k ? 1 : 0;
    unfilled.fill(place);
  }
  return share(hits, order.size());
}

}  // namespace assay::reports
