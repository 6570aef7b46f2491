#pragma once
/// Scores by what they are a function of, so that equal work runs once: GRPO's groups repeat themselves.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "datasets/digest.h"
#include "harness/service/scorer.h"

namespace assay::harness {

/// All that decides an item's score, but the interpreter.
[[nodiscard]] datasets::Sha256 key_of(const Item& item);

/// Keeps the scores used last. What is being computed is waited for by whoever asks for the same, without holding a
/// slot. Every member may be called from any thread.
class ResultCache {
 public:
  /// Told the score, or nothing where whoever computed it failed: the asker then asks again.
  using Waiter = std::function<void(const Score*)>;
  enum class Found { score, nothing, in_work };

  /// `entries` 0: keeps nothing, and every find() is `nothing`.
  explicit ResultCache(std::size_t entries) : most_(entries) {}

  /// `score`: copied to `into`. `nothing`: the caller computes it and says so by keep() or fail(). `in_work`: `waiter`
  /// is called once it is known, on the thread of whoever computes it.
  [[nodiscard]] Found find(const datasets::Sha256& key, Score& into, Waiter waiter);
  void keep(const datasets::Sha256& key, const Score& score);
  void fail(const datasets::Sha256& key);

  [[nodiscard]] std::uint64_t hits() const;
  [[nodiscard]] std::uint64_t misses() const;

 private:
  struct Entry {
    std::optional<Score> score;
    std::vector<Waiter> waiters;
    std::list<datasets::Sha256>::iterator used;  ///< where there is a score
  };
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<datasets::Sha256, Entry> entries_;
  std::list<datasets::Sha256> order_;  ///< the one used last in front
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace assay::harness
