#include "harness/evaluation/reference_stream.h"

#include <condition_variable>
#include <deque>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "harness/thread_body.h"

namespace assay::harness {
namespace {

struct ResultEnd {};
using Item = std::variant<sandbox::ResultHeader, std::string, ResultEnd>;

std::size_t size_of(const Item& item) {
  const auto* piece = std::get_if<std::string>(&item);
  return piece != nullptr ? piece->size() : 0;
}

/// One writer, one reader; a writer that is `most_bytes` ahead waits.
class Channel {
 public:
  /// False once the reader has gone.
  bool put(Item item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || bytes_ < most_bytes; });
    if (closed_) return false;
    bytes_ += size_of(item);
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }
  /// None once the writer has finished and all was read.
  std::optional<Item> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !items_.empty() || finished_; });
    if (items_.empty()) return std::nullopt;
    Item item = std::move(items_.front());
    items_.pop_front();
    bytes_ -= size_of(item);
    changed_.notify_all();
    return item;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  void finish(sandbox::Error why) {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    why_ = std::move(why);
    changed_.notify_all();
  }
  sandbox::Error why() {
    const std::lock_guard lock(mutex_);
    return why_;
  }

 private:
  static constexpr std::size_t most_bytes = 32 << 20;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::size_t bytes_ = 0;
  bool closed_ = false, finished_ = false;
  sandbox::Error why_{};
};

class ChannelSink : public sandbox::ResultSink {
 public:
  explicit ChannelSink(Channel& channel) : channel_(channel) {}
  bool begin(const sandbox::ResultHeader& header) override { return channel_.put(header); }
  bool piece(sandbox::Bytes bytes) override {
    return channel_.put(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  bool end(std::size_t) override { return channel_.put(ResultEnd{}); }

 private:
  Channel& channel_;
};

}  // namespace

References::References(sandbox::Options options) : options_(std::move(options)) {}

sandbox::Result<sandbox::Executor*> References::executor() {
  const std::lock_guard lock(mutex_);
  if (!executor_) {
    auto started = sandbox::Executor::start(options_);
    if (!started) return tl::unexpected(started.error());
    executor_.emplace(std::move(*started));
  }
  return &*executor_;
}

class ReferenceStream::Impl {
 public:
  Impl(References& references, sandbox::CallJob job)
      : references_(references), job_(std::move(job)), runner_([this](const std::stop_token& stop) { run(stop); }) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    channel.close();
    runner_.request_stop();
  }
  sandbox::Error ended() {
    sandbox::Error why = channel.why();
    why.message = "the canonical solution, run beside the sample, gave no result: " + why.message;
    return why;
  }
  Channel channel;
  bool inside = false;  ///< the current result's end was not read yet

 private:
  void run(const std::stop_token& stop) {
    const auto done = or_bug([&]() -> Result<void> {
      channel.finish(why_ended(stop));
      return {};
    });
    // The sandbox has no word for our bugs; the reader waits for an end of any kind.
    if (!done) channel.finish({sandbox::Errc::protocol, done.error().message});
  }
  sandbox::Error why_ended(const std::stop_token& stop) {
    const auto executor = references_.executor();
    if (!executor) return executor.error();
    ChannelSink sink(channel);
    const auto outcome = (*executor)->run(job_, sink, stop);
    if (!outcome) return outcome.error();
    return {sandbox::Errc::stuck, "it ended early (" + outcome->detail + ")"};
  }
  References& references_;
  sandbox::CallJob job_;
  std::jthread runner_;  // last: it uses all of the above
};

ReferenceStream::ReferenceStream(References& references, sandbox::CallJob job)
    : impl_(std::make_unique<Impl>(references, std::move(job))) {}
ReferenceStream::~ReferenceStream() = default;

sandbox::Result<sandbox::ResultHeader> ReferenceStream::next_result() {
  while (auto item = impl_->channel.take()) {
    const auto* header = std::get_if<sandbox::ResultHeader>(&*item);
    if (header == nullptr) continue;
    impl_->inside = true;
    return *header;
  }
  return tl::unexpected(impl_->ended());
}

sandbox::Result<std::optional<std::string>> ReferenceStream::next_piece() {
  if (!impl_->inside) return std::nullopt;
  auto item = impl_->channel.take();
  if (!item) return tl::unexpected(impl_->ended());
  if (auto* piece = std::get_if<std::string>(&*item)) return std::move(*piece);
  impl_->inside = false;
  return std::nullopt;
}

}  // namespace assay::harness
