#pragma once
/// The frames that a sample's process sends on its result pipe, and the bounded parser of them. Every byte is hostile.
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::sandbox {

enum class FrameType : std::uint8_t {
  loaded = 1,   ///< the program's body ran and the entry point is there
  load_failed,  ///< 'S' (does not compile), 'E' (raised) or 'N' (no entry point), then a name
  done,         ///< index: the call has ended; what follows is encoding
  whole,        ///< index, value
  sequence,     ///< index, ResultHeader::Kind as a byte, 8-byte number of elements; pieces follow
  piece,        ///< up to ResultHeader::chunk_elements elements
  raised,       ///< index, the exception's type
  finished,     ///< nothing more will come
};

struct Frame {
  FrameType type{};
  std::string_view payload;  ///< valid until the next feed()
};

/// Cuts a byte stream into frames: type byte, 4-byte length, payload.
class FrameParser {
 public:
  /// The largest piece that is taken. The largest honest one is HumanEval/15's string of 6.9 MB.
  static constexpr std::uint32_t max_payload = 64U << 20;

  void feed(std::string_view bytes);
  /// False where no whole frame is there yet.
  [[nodiscard]] bool next(Frame& frame);
  /// A length or type that no runner sends; nothing after it can be trusted.
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] bool too_large() const { return too_large_; }
  /// The type of a frame that has begun to arrive.
  [[nodiscard]] bool midway() const { return at_ < buffer_.size(); }

 private:
  static constexpr std::size_t head = 5;
  std::string buffer_;
  std::size_t at_ = 0;
  bool broken_ = false, too_large_ = false;
};

}  // namespace assay::sandbox
