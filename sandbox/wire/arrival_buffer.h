#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace assay::sandbox {

/// Bytes that arrive at the end and are taken from the front. What a descriptor will overwrite is not cleared first,
/// and what is there moves only to make room: with a std::string both cost more than the reading of a large result.
class ArrivalBuffer {
 public:
  ArrivalBuffer() = default;
  ArrivalBuffer(const ArrivalBuffer&) = delete;
  ArrivalBuffer& operator=(const ArrivalBuffer&) = delete;

  [[nodiscard]] std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }

  /// Forgets the first `count` bytes; views of what remains hold until the next room().
  void take(std::size_t count) { begin_ += count; }

  /// Where `least` or more bytes may be written next; arrived() then tells how many were.
  [[nodiscard]] std::span<char> room(std::size_t least) {
    const std::size_t held = end_ - begin_;
    if (capacity_ - end_ < least) {
      if (capacity_ < held + least) {
        capacity_ = std::max(held + least, std::min(2 * capacity_, most_idle));
        auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
        if (held > 0) std::memcpy(larger.get(), data_.get() + begin_, held);
        data_ = std::move(larger);
      } else if (held > 0) {
        std::memmove(data_.get(), data_.get() + begin_, held);
      }
      begin_ = 0;
      end_ = held;
    }
    return {data_.get() + end_, capacity_ - end_};
  }

  void arrived(std::size_t count) { end_ += count; }

  /// Gives back what a large result needed, once all of it was taken.
  void rest() {
    if (begin_ != end_ || capacity_ <= most_idle) return;
    data_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  static constexpr std::size_t most_idle = 1 << 20;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace assay::sandbox
