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
  /// How long sending has taken so far, most of it waiting for assay to read.
  [[nodiscard]] double waited_seconds() const { return waited_seconds_; }

 private:
  int socket_;
  double waited_seconds_ = 0;
  std::string bytes_;
  bool gone_ = false;
};

}  // namespace assay::sandbox
