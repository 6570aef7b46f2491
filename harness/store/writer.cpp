#include "harness/store/writer.h"

#include "harness/store/verdict_rows.h"

namespace assay::harness {

Writer::Writer(Database& database, std::mutex& database_mutex, const Store::Options& options)
    : database_(database), database_mutex_(database_mutex), options_(options), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> Writer::put(RunId run, std::uint32_t ordinal, const SampleResult& result) {
  std::unique_lock lock(mutex_);
  // A disk that cannot keep up slows the callers down; results do not pile up without end.
  constexpr std::size_t most_batches_waiting = 16;
  settled_.wait(lock, [&] { return failed_ || pending_.size() < options_.commit_at * most_batches_waiting; });
  if (failed_) return tl::unexpected(*failed_);
  if (pending_.empty()) due_ = std::chrono::steady_clock::now() + options_.commit_every;
  pending_.insert_or_assign({run, ordinal}, result);
  wake_.notify_one();
  return {};
}

Result<void> Writer::flush() {
  std::unique_lock lock(mutex_);
  // What is pending goes into the next batch; those that others put meanwhile are not waited for.
  const std::uint64_t awaited = batches_ + (writing_.empty() ? 0 : 1) + (pending_.empty() ? 0 : 1);
  hurry_ = !pending_.empty();
  wake_.notify_one();
  settled_.wait(lock, [&] { return failed_ || batches_ >= awaited; });
  if (failed_) return tl::unexpected(*failed_);
  return {};
}

std::optional<SampleResult> Writer::find(RunId run, std::uint32_t ordinal) {
  const std::lock_guard lock(mutex_);
  for (const Batch* batch : {&pending_, &writing_})
    if (const auto found = batch->find({run, ordinal}); found != batch->end()) return found->second;
  return std::nullopt;
}

void Writer::work() {
  std::unique_lock lock(mutex_);
  while (!failed_) {
    wake_.wait(lock, [&] { return ended_ || !pending_.empty(); });
    if (pending_.empty()) return;
    wake_.wait_until(lock, due_, [&] { return ended_ || hurry_ || pending_.size() >= options_.commit_at; });
    hurry_ = false;
    writing_ = std::exchange(pending_, {});
    lock.unlock();
    auto done = commit(writing_);  // only this thread changes `writing_`, and only under the lock
    lock.lock();
    writing_.clear();
    ++batches_;
    if (!done) failed_ = std::move(done.error());
    settled_.notify_all();
  }
}

Result<void> Writer::commit(const Batch& batch) {
  const std::lock_guard lock(database_mutex_);
  return database_.transaction([&]() -> Result<void> {
    for (const auto& [key, result] : batch)
      if (auto written = write_verdict(database_, key.first, key.second, result); !written) return written;
    return {};
  });
}

}  // namespace assay::harness
