#include "sandbox/warden/outbox.h"

#include <sys/socket.h>

#include <cerrno>

#include "sandbox/warden/wall_clock.h"

namespace assay::sandbox {
namespace {

/// Adds the time from its making to its end.
class Timer {
 public:
  explicit Timer(double& seconds) : seconds_(seconds) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { seconds_ += wall_now() - start_; }

 private:
  double& seconds_;
  double start_ = wall_now();
};

}  // namespace

void Outbox::add(MessageType type, std::string_view payload) {
  constexpr std::size_t much = 64 << 10;  // better sent from where it lies than copied
  if (payload.size() < much) return append_message(bytes_, type, payload);
  if (!flush()) {
    gone_ = true;
    return;
  }
  const Timer timer(waited_seconds_);
  gone_ = !send_message(socket_, type, payload);
}

bool Outbox::flush() {
  if (gone_) return false;
  if (bytes_.empty()) return true;
  const Timer timer(waited_seconds_);
  std::string_view rest = bytes_;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  bytes_.clear();
  return true;
}

}  // namespace assay::sandbox
