#pragma once
/// Results by what they are a function of, so that equal work runs once: GRPO's groups repeat themselves, and the cases
/// of one program share its compiling.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/digest.h"
#include "harness/service/scorer.h"

namespace assay::harness {

/// Of texts in their order, told apart by their lengths.
[[nodiscard]] datasets::Sha256 key_of(const std::vector<std::string_view>& parts);
/// All that decides an item's score, but the interpreter.
[[nodiscard]] datasets::Sha256 key_of(const Item& item);

/// Keeps the results used last. What is being computed is waited for by whoever asks for the same, without holding a
/// slot. Every member may be called from any thread.
template <class Value>
class ResultCache {
 public:
  /// Told the result, or nothing where whoever computed it failed: the asker then asks again.
  using Waiter = std::function<void(const Value*)>;
  using Cost = std::size_t (*)(const Value&);
  enum class Found { result, nothing, in_work };

  /// Keeps results whose costs come to `most` together; 0: keeps nothing, and every find() is `nothing`.
  explicit ResultCache(
      std::size_t most, Cost cost = [](const Value&) { return std::size_t{1}; })
      : most_(most), cost_(cost) {}

  /// `result`: copied to `into`. `nothing`: the caller computes it and says so by keep() or fail(). `in_work`: `waiter`
  /// is called once it is known, on the thread of whoever computes it.
  [[nodiscard]] Found find(const datasets::Sha256& key, Value& into, Waiter waiter) {
    if (most_ == 0) return Found::nothing;
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = entries_.try_emplace(key);
    if (is_new) {
      ++misses_;
      return Found::nothing;
    }
    ++hits_;
    if (!found->second.value) {
      found->second.waiters.push_back(std::move(waiter));
      return Found::in_work;
    }
    order_.splice(order_.begin(), order_, found->second.used);
    into = *found->second.value;
    return Found::result;
  }

  /// One that costs more than half of all is told and not kept: it would push out too many.
  void keep(const datasets::Sha256& key, const Value& value) {
    if (most_ == 0) return;
    if (cost_(value) > (most_ + 1) / 2) return tell(key, value);
    std::vector<Waiter> waiters;
    {
      const std::lock_guard lock(mutex_);
      Entry& entry = entries_[key];
      if (entry.value) {
        kept_ -= cost_(*entry.value);
      } else {
        order_.push_front(key);
        entry.used = order_.begin();
      }
      entry.value = value;
      kept_ += cost_(value);
      waiters.swap(entry.waiters);
      while (kept_ > most_) {
        const auto last = entries_.find(order_.back());
        kept_ -= cost_(*last->second.value);
        entries_.erase(last);
        order_.pop_back();
      }
    }
    for (const Waiter& waiter : waiters) waiter(&value);
  }

  /// Tells who waits, and keeps nothing: for a result that need not come out the same another time.
  void tell(const datasets::Sha256& key, const Value& value) { end(key, &value); }
  void fail(const datasets::Sha256& key) { end(key, nullptr); }

  [[nodiscard]] std::uint64_t hits() const {
    const std::lock_guard lock(mutex_);
    return hits_;
  }
  [[nodiscard]] std::uint64_t misses() const {
    const std::lock_guard lock(mutex_);
    return misses_;
  }

 private:
  void end(const datasets::Sha256& key, const Value* value) {
    if (most_ == 0) return;
    std::vector<Waiter> waiters;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(key);
      if (found == entries_.end() || found->second.value) return;
      waiters.swap(found->second.waiters);
      entries_.erase(found);
    }
    for (const Waiter& waiter : waiters) waiter(value);
  }

  struct Entry {
    std::optional<Value> value;
    std::vector<Waiter> waiters;
    std::list<datasets::Sha256>::iterator used;  ///< where there is a value
  };
  const std::size_t most_;
  const Cost cost_;
  mutable std::mutex mutex_;
  std::map<datasets::Sha256, Entry> entries_;
  std::list<datasets::Sha256> order_;  ///< the one used last in front
  std::size_t kept_ = 0;               ///< their costs together
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace assay::harness
