#pragma once
#include <string>
#include <string_view>

#include "sandbox/wire/messages.h"

namespace assay::sandbox {

/// Messages to assay, sent many at once: one by one they cost more than the calls they tell of.
class Outbox {
 public:
  explicit Outbox(int socket) : socket_(socket) {}
  /// A large payload is sent at once, after what was added before; this may block.
  void add(MessageType type, std::string_view payload);
  /// Blocks; false once assay is gone.
  [[nodiscard]] bool flush();

 private:
  int socket_;
  std::string bytes_;
  bool gone_ = false;
};

}  // namespace assay::sandbox
