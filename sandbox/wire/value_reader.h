#pragma once
/// Reads encoded values (value_format.md) in place: no tree is built, no byte is believed.
///
/// A value is opened at its offset; a container's children follow from its body on, each starting where the one before
/// ended; closing the container gives the offset behind it. Objects get their reference numbers when they are first
/// opened, so a first walk goes in the order of the bytes (or skips); after it, any value may be walked again.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::sandbox {

enum class ValueKind : std::uint8_t {
  bad,  ///< malformed, or a reference to an object that is not finished
  none,
  boolean,
  integer,
  floating,
  complex,
  text,
  bytes,
  bytearray,
  decimal,
  fraction,
  range,
  moment,  ///< a date, a datetime, a time or a timedelta
  opaque,  ///< no children
  list,
  tuple,
  deque,
  set,
  frozenset,
  dict,
  array,  ///< children
};

/// An integer of any length; `digits` is empty where `small` holds it.
struct IntegerView {
  std::int64_t small = 0;
  std::string_view digits;  ///< of the magnitude where that is 2^60 or more: 15 bits in two bytes, lowest first
  bool negative = false;
};

/// What stands at an offset. References and the wrappers of subclasses and NumPy scalars are looked through.
struct ValueHead {
  ValueKind kind = ValueKind::bad;
  bool numpy = false;     ///< a NumPy scalar, or an array; `dtype` says of what
  bool subclass = false;  ///< an instance of a subclass of the builtin
  bool ordered = false;   ///< collections.OrderedDict
  bool by_reference = false;
  bool counted = true;          ///< false: a dict whose pairs end with a mark
  std::uint32_t reference = 0;  ///< one more than its number, where closing it finishes it
  std::uint32_t dimensions = 0;
  std::uint64_t count = 0;  ///< children; of a dict its pairs, of an array its scalars
  std::size_t body = 0;     ///< the first child
  std::size_t next = 0;     ///< without children: the offset behind the value
  std::string_view
      text;  ///< text (WTF-8), bytes, a decimal's or moment's text, an opaque value's class, an array's dimensions
  std::string_view dtype;
  double real = 0, imag = 0;
  IntegerView integer;  ///< boolean, integer; a fraction's numerator, a range's start
  IntegerView second;   ///< a fraction's denominator, a range's stop
  IntegerView third;    ///< a range's step

  [[nodiscard]] bool has_children() const { return kind >= ValueKind::list; }
  [[nodiscard]] std::uint32_t dimension(std::uint32_t i) const {
    std::uint32_t value = 0;
    std::memcpy(&value, text.data() + std::size_t{4} * i, sizeof value);
    return value;
  }
};

class ValueReader {
 public:
  /// `bytes` must outlive it.
  explicit ValueReader(Bytes bytes)
      : data_(reinterpret_cast<const unsigned char*>(bytes.data())), size_(bytes.size()) {}

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  /// Deeper values are refused by every walk: CPython's own comparison gives up at its recursion limit of 1000.
  static constexpr int max_depth = 1000;

  [[nodiscard]] ValueHead open(std::size_t at);
  /// Whether another child (of a dict: a pair) stands at `at`, after `done` of them.
  [[nodiscard]] bool more(const ValueHead& head, std::size_t at, std::uint64_t done) const {
    return head.counted ? done < head.count : !(at < size_ && data_[at] == '0');
  }
  /// Ends a container whose last child ends at `at`; the offset behind the container.
  std::size_t close(const ValueHead& head, std::size_t at) {
    if (!head.counted) ++at;
    if (head.reference != 0) references_[head.reference - 1].finished = true;
    return head.by_reference ? head.next : at;
  }
  /// The offset behind the value at `at`, or nowhere where it is malformed or too deep.
  [[nodiscard]] std::size_t skip(std::size_t at, int depth = 0);
  [[nodiscard]] std::size_t size() const { return size_; }

  /// The common case made short: an `i` of 32 bits, or a reference to one. False says nothing: open() it.
  [[nodiscard]] bool small_integer(std::size_t at, std::int32_t& value, std::size_t& next) const {
    if (size_ < 5 || at > size_ - 5) return false;
    const unsigned char code = data_[at];
    std::size_t from = at + 1;
    if (code == 'r') {
      std::uint32_t number = 0;
      std::memcpy(&number, data_ + from, sizeof number);
      if (number >= references_.size() || data_[references_[number].at] != ('i' | flag)) return false;
      from = references_[number].at + 1;
    } else if (code != 'i' && (code != ('i' | flag) || at >= frontier_)) {
      return false;
    }
    std::memcpy(&value, data_ + from, sizeof value);
    next = at + 5;
    return true;
  }

 private:
  static constexpr unsigned char flag = 0x80;
  struct Reference {
    std::size_t at;
    bool finished;
  };
  enum class Wrapped : std::uint8_t { no, yes };

  ValueHead open_here(std::size_t at, Wrapped wrapped);
  ValueHead open_extension(unsigned char code, std::size_t at, Wrapped wrapped);
  bool open_array(std::size_t at, ValueHead& head) const;
  bool open_integers(std::size_t at, int count, ValueHead& head);
  bool read_long(std::size_t at, ValueHead& head) const;
  /// A 4-byte length and as many bytes.
  bool read_block(std::size_t at, std::string_view& text, std::size_t& next) const;
  template <class T>
  bool read(std::size_t at, T& value) const {
    if (size_ < sizeof value || at > size_ - sizeof value) return false;
    std::memcpy(&value, data_ + at, sizeof value);
    return true;
  }
  bool view(std::size_t at, std::uint64_t length, std::string_view& text) const {
    if (at > size_ || length > size_ - at) return false;
    text = {reinterpret_cast<const char*>(data_) + at, static_cast<std::size_t>(length)};
    return true;
  }

  const unsigned char* data_;
  std::size_t size_;
  std::vector<Reference> references_;
  std::size_t frontier_ = 0;  ///< every object that starts before it has its number
};

}  // namespace assay::sandbox
