#pragma once
/// Calls that are due at a time: one thread for all of them.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "harness/thread_body.h"

namespace assay::harness {

class Deadlines {
 public:
  Deadlines() : thread_([this] { or_end([this] { wait(); }); }) {}
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;
  ~Deadlines() { stop(); }
  /// Calls `call` on a thread of its own after that long, at once where that is over, unless stopped by then. Calls are
  /// short, and what they use must be there until stop() has returned.
  void after(std::chrono::milliseconds delay, std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    calls_.emplace(std::chrono::steady_clock::now() + delay, std::move(call));
    changed_.notify_all();
  }
  /// Returns when the call that is being made, if any, has ended; no other is made, whatever is or comes due.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (calls_.empty()) {
        changed_.wait(lock);
      } else if (calls_.begin()->first > std::chrono::steady_clock::now()) {
        const auto next = calls_.begin()->first;
        changed_.wait_until(lock, next);
      } else {
        const auto call = std::move(calls_.begin()->second);
        calls_.erase(calls_.begin());
        lock.unlock();
        call();
        lock.lock();
      }
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> calls_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace assay::harness
