#include "harness/store/writer.h"

#include "harness/thread_body.h"

namespace assay::harness {

Writer::Writer(Commit commit, const Store::Options& options)
    : commit_(std::move(commit)), options_(options), thread_([this] { work(); }) {}

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
  const auto done = or_bug([this] { return write_batches(); });
  if (done) return;
  const std::lock_guard lock(mutex_);
  writing_.clear();
  failed_ = done.error();
  settled_.notify_all();
}

/// Until the end, or a failure.
Result<void> Writer::write_batches() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return ended_ || !pending_.empty(); });
    if (pending_.empty()) return {};
    wake_.wait_until(lock, due_, [&] { return ended_ || hurry_ || pending_.size() >= options_.commit_at; });
    hurry_ = false;
    writing_ = std::exchange(pending_, {});
    lock.unlock();
    if (auto done = commit_(writing_); !done) return done;  // only this thread changes `writing_`, and under the lock
    lock.lock();
    writing_.clear();
    ++batches_;
    settled_.notify_all();
  }
}

}  // namespace assay::harness
