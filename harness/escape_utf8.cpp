#include "harness/escape_utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::harness {
namespace {

/// Length of the well-formed UTF-8 sequence at the start of `bytes`, 0 where there is none. RFC 3629, table in
/// section 4.
std::size_t utf8_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < bytes.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// The bytes with each that is in no well-formed sequence as `stand_in` has it.
template <class StandIn>
std::string well_formed(std::string_view bytes, const StandIn& stand_in) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length > 0)
      text.append(bytes.substr(0, length));
    else
      text += stand_in(static_cast<unsigned char>(bytes.front()));
    bytes.remove_prefix(std::max<std::size_t>(1, length));
  }
  return text;
}

}  // namespace

std::string escape_invalid_utf8(std::string_view bytes) {
  return well_formed(bytes, [](unsigned char byte) { return fmt::format("\\x{:02x}", byte); });
}

std::string replace_invalid_utf8(std::string_view bytes) {
  return well_formed(bytes, [](unsigned char) { return "\xEF\xBF\xBD"; });
}

}  // namespace assay::harness
