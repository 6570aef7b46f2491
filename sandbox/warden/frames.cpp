#include "sandbox/warden/frames.h"

#include <algorithm>
#include <cstring>

namespace assay::sandbox {

std::span<char> FrameParser::room(std::size_t least) { return buffer_.room(std::max(least, lacking_)); }

bool FrameParser::next(Frame& frame) {
  const std::string_view bytes = buffer_.bytes();
  lacking_ = 0;
  if (broken_ || bytes.size() < head) return false;
  const auto type = static_cast<std::uint8_t>(bytes[0]);
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + 1, sizeof size);
  if (type == 0 || type > last_type_) {
    broken_ = true;
    return false;
  }
  if (size > max_payload) {
    broken_ = too_large_ = true;
    return false;
  }
  if (bytes.size() - head < size) {
    lacking_ = head + size - bytes.size();
    return false;
  }
  frame.type = type;
  frame.payload = bytes.substr(head, size);
  buffer_.take(head + size);
  return true;
}

}  // namespace assay::sandbox
