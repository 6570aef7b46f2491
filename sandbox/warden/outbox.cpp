#include "sandbox/warden/outbox.h"

#include <sys/socket.h>

#include <cerrno>

namespace assay::sandbox {

void Outbox::add(MessageType type, std::string_view payload) { append_message(bytes_, type, payload); }

bool Outbox::flush() {
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
