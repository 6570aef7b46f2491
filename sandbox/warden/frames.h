#pragma once
/// The frames that a sample's process sends on its result pipe, and the bounded parser of them. Every byte is hostile.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sandbox/wire/arrival_buffer.h"

namespace assay::sandbox {

/// What it means, its sender says: each session has a closed list of its own.
struct Frame {
  std::uint8_t type = 0;
  std::string_view payload;  ///< valid until the next room()
};

/// Cuts a byte stream into frames: type byte, 4-byte length, payload.
class FrameParser {
 public:
  /// The largest piece that is taken. The largest honest one is HumanEval/15's string of 6.9 MB.
  static constexpr std::uint32_t max_payload = 64U << 20;

  /// Types are counted from 1; `last_type` is the last that the sender has.
  explicit FrameParser(std::uint8_t last_type) : last_type_(last_type) {}
  /// Where to read to next: `least` bytes, or what the frame that has begun still lacks. arrived() tells how many came.
  [[nodiscard]] std::span<char> room(std::size_t least);
  void arrived(std::size_t count) { buffer_.arrived(count); }
  /// False where no whole frame is there yet.
  [[nodiscard]] bool next(Frame& frame);
  /// A length or type that no runner sends; nothing after it can be trusted.
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] bool too_large() const { return too_large_; }
  /// A frame has begun to arrive.
  [[nodiscard]] bool midway() const { return !buffer_.bytes().empty(); }
  /// After next() found no whole frame: the bytes of one of that type that has begun; none where its head is not there.
  [[nodiscard]] std::optional<std::size_t> begun(std::uint8_t type) const {
    const bool is = lacking_ > 0 && static_cast<std::uint8_t>(buffer_.bytes()[0]) == type;
    return is ? std::optional(buffer_.bytes().size() + lacking_) : std::nullopt;
  }

 private:
  static constexpr std::size_t head = 5;
  std::uint8_t last_type_;
  ArrivalBuffer buffer_;
  std::size_t lacking_ = 0;
  bool broken_ = false, too_large_ = false;
};

}  // namespace assay::sandbox
