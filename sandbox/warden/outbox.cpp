#include "sandbox/warden/outbox.h"

#include <sys/socket.h>

#include <cerrno>

namespace assay::sandbox {

void Outbox::add(MessageType type, std::string_view payload) {
  constexpr std::size_t much = 64 << 10;  // better sent from where it lies than copied
  if (payload.size() < much) return append_message(bytes_, type, payload);
  if (!flush() || !send_message(socket_, type, payload)) gone_ = true;
}

bool Outbox::flush() {
  if (gone_) return false;
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
