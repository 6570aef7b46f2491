#include "sandbox/executor.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "sandbox/admission.h"
#include "sandbox/installation.h"
#include "sandbox/jail/cgroup.h"
#include "sandbox/jail/layers.h"
#include "sandbox/jail/policy.h"
#include "sandbox/jail/view.h"
#include "sandbox/secret.h"
#include "sandbox/warden_process.h"

namespace assay::sandbox {

void CallJob::skip(std::size_t count) {
  inputs.erase(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(count));
  call_limits.erase(call_limits.begin(), call_limits.begin() + static_cast<std::ptrdiff_t>(count));
}

void CheckJob::skip(std::size_t count) {
  tests.erase(tests.begin(), tests.begin() + static_cast<std::ptrdiff_t>(count));
}
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tiers[] = {"basic", "contained", "hardened"};

int rank(std::string_view tier) {
  for (int i = 0; i < 3; ++i)
    if (tiers[i] == tier) return i;
  return -1;
}

fs::path default_warden() {
  if (const char* given = std::getenv("ASSAY_WARDEN"); given != nullptr && *given != 0) return given;
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "assay-warden";
}

}  // namespace

class Executor::Impl {
 public:
  Options options;
  InterpreterView view;
  std::uint64_t secret = installation_secret();
  std::string fingerprint, tier;
  std::vector<Layer> layers;
  std::atomic<std::uint64_t> restarts{0};

  /// Takes a free slot, and gives it back with its warden as it then is.
  class Lease {
   public:
    /// Waits for one; where a stop is asked for first, there is no slot.
    Lease(Impl& impl, const std::stop_token& stop) : impl_(impl) {
      std::unique_lock lock(impl.mutex_);
      while (!impl.may_start()) {
        if (stop.stop_requested()) return;
        // A slot that is freed is told; memory that others free is not.
        if (impl.has_turn())
          impl.changed_.wait_for(lock, stop, std::chrono::milliseconds(10), [&] { return impl.may_start(); });
        else
          impl.changed_.wait(lock, stop, [&] { return impl.has_turn(); });
      }
      slot_ = impl.free_.back();
      impl.free_.pop_back();
      warden_ = std::move(impl.wardens_[*slot_]);
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (!slot_) return;
      const std::lock_guard lock(impl_.mutex_);
      impl_.wardens_[*slot_] = std::move(warden_);
      impl_.free_.push_back(*slot_);
      impl_.changed_.notify_all();
    }
    /// The slot's warden, started anew if it has died.
    Result<WardenProcess*> warden() {
      if (!slot_) return tl::unexpected(Error{Errc::cancelled, "sandbox: cancelled"});
      if (!warden_ || !warden_->alive()) {
        if (warden_) ++impl_.restarts;
        auto started = impl_.start_warden();
        if (!started) return tl::unexpected(started.error());
        warden_.emplace(std::move(*started));
      }
      return &*warden_;
    }

   private:
    Impl& impl_;
    std::optional<std::size_t> slot_;
    std::optional<WardenProcess> warden_;
  };

  Result<WardenProcess> start_warden() const {
    return WardenProcess::start(options.warden, Setup{to_text(view), secret});
  }

  void add(WardenProcess warden) {
    free_.push_back(wardens_.size());
    wardens_.emplace_back(std::move(warden));
  }

  template <class Job>
  Result<Outcome> run(const Job& job, MessageType type, ResultSink* sink, const std::stop_token& stop) {
    Lease lease(*this, stop);
    auto warden = lease.warden();
    if (!warden) return tl::unexpected(warden.error());
    return (*warden)->run(type, pack(job, options.limits), sink, stop);
  }

  std::shared_ptr<void> alone() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !alone_; });
    alone_ = true;
    alone_by_ = std::this_thread::get_id();
    changed_.wait(lock, [&] { return free_.size() == wardens_.size(); });
    return {this, [](Impl* impl) {
              const std::lock_guard guard(impl->mutex_);
              impl->alone_ = false;
              impl->changed_.notify_all();
            }};
  }

  std::size_t slots() const { return wardens_.size(); }

 private:
  bool has_turn() const { return !free_.empty() && (!alone_ || alone_by_ == std::this_thread::get_id()); }
  bool may_start() {
    if (!admission_) admission_.emplace(options.limits.memory_bytes);
    return has_turn() && admission_->admits(wardens_.size() - free_.size());
  }

  std::optional<Admission> admission_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::optional<WardenProcess>> wardens_;
  std::vector<std::size_t> free_;
  bool alone_ = false;
  std::thread::id alone_by_;
};

Executor::Executor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;
Executor::~Executor() = default;

Result<Executor> Executor::start(const Options& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (impl->options.warden.empty()) impl->options.warden = default_warden();
  const fs::path python = options.python.empty() ? default_python() : options.python;
  auto view = describe_interpreter(python);
  if (!view) return tl::unexpected(view.error());
  impl->view = std::move(*view);
  make_room_for_groups();
  for (std::size_t slot = 0; slot < std::max<std::size_t>(1, options.slots); ++slot) {
    auto warden = impl->start_warden();
    if (!warden) return tl::unexpected(warden.error());
    impl->layers = warden->readiness().layers;
    impl->tier = tier_of(impl->layers);
    impl->add(std::move(*warden));
  }
  if (!options.require_tier.empty() && rank(impl->tier) < rank(options.require_tier)) {
    return tl::unexpected(
        Error{Errc::tier_unmet,
              fmt::format("sandbox: tier \"{}\" required, \"{}\" found; missing: {}; assay doctor says how to get them",
                          options.require_tier, impl->tier, missing_for(options.require_tier, impl->layers))});
  }
  impl->fingerprint =
      fmt::format("{}, hash seed 0, policy {}, tier {}", impl->view.version, policy::version, impl->tier);
  return Executor(std::move(impl));
}

Result<Outcome> Executor::run(const CallJob& job, ResultSink& sink, std::stop_token stop) {
  return impl_->run(job, MessageType::call_job, &sink, stop);
}

Result<Outcome> Executor::run(const CheckJob& job, ResultSink& sink, std::stop_token stop) {
  return impl_->run(job, MessageType::check_job, &sink, stop);
}

Result<Outcome> Executor::run(const ProgramJob& job, std::stop_token stop) {
  return impl_->run(job, MessageType::program_job, nullptr, stop);
}

std::shared_ptr<void> Executor::alone() { return impl_->alone(); }
std::size_t Executor::slots() const { return impl_->slots(); }
const Limits& Executor::limits() const { return impl_->options.limits; }
const std::string& Executor::fingerprint() const { return impl_->fingerprint; }
const std::string& Executor::interpreter() const { return impl_->view.version; }
const std::string& Executor::tier() const { return impl_->tier; }
const std::vector<Layer>& Executor::layers() const { return impl_->layers; }
std::uint64_t Executor::restarts() const { return impl_->restarts; }

}  // namespace assay::sandbox
