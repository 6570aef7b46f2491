#include "harness/service/result_cache.h"

#include <fmt/format.h>

#include <utility>

namespace assay::harness {

datasets::Sha256 key_of(const Item& item) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  add(item.program);
  add(item.setup);
  add(item.dataset);
  add(item.task_id);
  for (const std::string& test : item.tests) add(test);
  text += fmt::format("{} {}", item.limits.test.count(), item.limits.total.count());
  return datasets::sha256_digest(text);
}

ResultCache::Found ResultCache::find(const datasets::Sha256& key, Score& into, Waiter waiter) {
  if (most_ == 0) return Found::nothing;
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = entries_.try_emplace(key);
  if (is_new) {
    ++misses_;
    return Found::nothing;
  }
  ++hits_;
  if (!found->second.score) {
    found->second.waiters.push_back(std::move(waiter));
    return Found::in_work;
  }
  order_.splice(order_.begin(), order_, found->second.used);
  into = *found->second.score;
  return Found::score;
}

void ResultCache::keep(const datasets::Sha256& key, const Score& score) {
  if (most_ == 0) return;
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[key];
    if (!entry.score) {
      order_.push_front(key);
      entry.used = order_.begin();
    }
    entry.score = score;
    waiters.swap(entry.waiters);
    while (order_.size() > most_) {
      entries_.erase(order_.back());
      order_.pop_back();
    }
  }
  for (const Waiter& waiter : waiters) waiter(&score);
}

void ResultCache::fail(const datasets::Sha256& key) {
  if (most_ == 0) return;
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.score) return;
    waiters.swap(found->second.waiters);
    entries_.erase(found);
  }
  for (const Waiter& waiter : waiters) waiter(nullptr);
}

std::uint64_t ResultCache::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

std::uint64_t ResultCache::misses() const {
  const std::lock_guard lock(mutex_);
  return misses_;
}

}  // namespace assay::harness
