#include "harness/evaluation/interrupt.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <thread>

#include "harness/thread_body.h"

namespace assay::harness {
namespace {

constexpr int exit_interrupted = 130;

sigset_t watched() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

class Interrupt::Impl {
 public:
  Impl() {
    const sigset_t signals = watched();
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
    signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
    end_ = ::eventfd(0, EFD_CLOEXEC);
    // Without descriptors the signals do what they did before: they end the process, and the store keeps what it has.
    if (signals_ < 0 || end_ < 0)
      ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    else
      waiter_ = std::thread([this] { or_end([this] { wait(); }); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (waiter_.joinable()) {
      const std::uint64_t one = 1;
      while (::write(end_, &one, sizeof one) < 0 && errno == EINTR) {
      }
      waiter_.join();
      ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    if (signals_ >= 0) ::close(signals_);
    if (end_ >= 0) ::close(end_);
  }
  std::stop_source source;

 private:
  void wait() {
    // Some senders signal the process and its group: one Ctrl-C that arrives twice.
    constexpr std::chrono::milliseconds one_key(300);
    std::chrono::steady_clock::time_point first;
    for (;;) {
      pollfd watched_fds[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
      if (::poll(watched_fds, 2, -1) < 0 && errno != EINTR) return;
      if (watched_fds[1].revents != 0) return;
      signalfd_siginfo info;
      if (watched_fds[0].revents == 0 || ::read(signals_, &info, sizeof info) != sizeof info) continue;
      const auto now = std::chrono::steady_clock::now();
      if (source.stop_requested() && now - first > one_key) ::_exit(exit_interrupted);
      if (source.stop_requested()) continue;
      first = now;
      source.request_stop();
    }
  }
  sigset_t before_{};
  int signals_ = -1, end_ = -1;
  std::thread waiter_;
};

Interrupt::Interrupt() : impl_(std::make_unique<Impl>()) {}
Interrupt::~Interrupt() = default;
std::stop_token Interrupt::token() const { return impl_->source.get_token(); }
bool Interrupt::requested() const { return impl_->source.stop_requested(); }

}  // namespace assay::harness
