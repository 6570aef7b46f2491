#include "sandbox/warden/frames.h"

#include <cstring>

namespace assay::sandbox {

void FrameParser::feed(std::string_view bytes) {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
}

bool FrameParser::next(Frame& frame) {
  if (broken_ || buffer_.size() - at_ < head) return false;
  const auto type = static_cast<std::uint8_t>(buffer_[at_]);
  std::uint32_t size = 0;
  std::memcpy(&size, buffer_.data() + at_ + 1, sizeof size);
  if (type < static_cast<std::uint8_t>(FrameType::loaded) || type > static_cast<std::uint8_t>(FrameType::finished)) {
    broken_ = true;
    return false;
  }
  if (size > max_payload) {
    broken_ = too_large_ = true;
    return false;
  }
  if (buffer_.size() - at_ - head < size) return false;
  frame.type = static_cast<FrameType>(type);
  frame.payload = std::string_view(buffer_).substr(at_ + head, size);
  at_ += head + size;
  return true;
}

}  // namespace assay::sandbox
