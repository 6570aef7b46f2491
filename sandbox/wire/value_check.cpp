#include "sandbox/wire/value_check.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sandbox/wire/packer.h"

namespace assay::sandbox {
namespace {

constexpr int most_levels = 1000;
constexpr std::uint8_t last_extension = 0x10, reference_flag = 0x80;

class Check {
 public:
  explicit Check(std::string_view bytes) : rest_(bytes) {}
  Form form() {
    return value(0) && rest_.empty() ? Form::well_formed : untellable_ ? Form::untellable : Form::malformed;
  }

 private:
  template <class T>
  bool number(T& out) {
    if (rest_.size() < sizeof out) return false;
    std::memcpy(&out, rest_.data(), sizeof out);
    rest_.remove_prefix(sizeof out);
    return true;
  }
  bool skip(std::uint64_t count) {
    if (count > rest_.size()) return false;
    rest_.remove_prefix(count);
    return true;
  }
  bool too_deep(int level) {
    untellable_ = untellable_ || level > most_levels;
    return level > most_levels;
  }
  bool text() {
    std::uint32_t size = 0;
    return number(size) && skip(size);
  }
  bool ascii(std::uint64_t size) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return size <= rest_.size() &&
           std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size), is_ascii) && skip(size);
  }
  /// In base 2^15, digits of two bytes, the last of them not 0.
  bool long_integer() {
    std::int32_t signed_digits = 0;
    if (!number(signed_digits)) return false;
    const auto digits = static_cast<std::uint64_t>(std::llabs(signed_digits));
    if (digits > rest_.size() / 2) return false;
    std::uint16_t digit = 1;
    for (std::uint64_t i = 0; i < digits; ++i)
      if (!number(digit) || digit >= 0x8000) return false;
    return digit != 0;
  }

  /// A value, or `count` of them, in this format: an extension or marshal data with references of its own.
  bool value(int level) {
    if (rest_.empty() || too_deep(level)) return false;
    const auto code = static_cast<std::uint8_t>(rest_.front());
    if (code > last_extension) {
      references_.clear();
      return marshalled(level);
    }
    rest_.remove_prefix(1);
    return extension(code, level + 1);
  }
  bool values(std::uint64_t count, int level) {
    if (count > rest_.size()) return false;
    for (; count > 0; --count)
      if (!value(level)) return false;
    return true;
  }
  /// What a NumPy scalar is made of. Of a list NumPy would make an array, of the precision that its sender chose.
  bool scalar(int level) {
    constexpr std::string_view codes = "TFilgyzZaAuts";
    if (rest_.empty()) return false;
    const auto code = static_cast<std::uint8_t>(rest_.front());
    return codes.find(static_cast<char>(code & ~reference_flag)) != std::string_view::npos && value(level);
  }
  bool array(int level) {
    std::uint32_t dimensions = 0;
    if (!text() || !number(dimensions) || dimensions > 32) return false;
    std::uint64_t product = 1;
    for (std::uint32_t size = 0; dimensions > 0; --dimensions) {
      // Zero times anything is zero; any other product is bounded by the bytes that are there.
      if (!number(size) || (product > rest_.size() && size != 0)) return false;
      product *= size;
    }
    return values(product, level);
  }
  bool extension(std::uint8_t code, int level) {
    std::uint32_t count = 0;
    switch (code) {
      case 0x01:
        return text() && scalar(level);
      case 0x02:
        return array(level);
      case 0x03:
      case 0x08:
      case 0x0E:
      case 0x10:
        return text();
      case 0x0F:
        return number(count) && skip(1) && text();
      case 0x04:
        return values(2, level);
      case 0x06:
        return values(3, level);
      case 0x07:
        return text() && skip(1) && value(level);
      case 0x0B:
        return number(count) && values(2ULL * count, level);
      case 0x05:
      case 0x09:
      case 0x0A:
      case 0x0C:
      case 0x0D:
        return number(count) && values(count, level);
      default:
        return false;
    }
  }

  bool children(std::uint64_t count, int level) {
    if (count > rest_.size()) return false;
    for (; count > 0; --count)
      if (!marshalled(level + 1)) return false;
    return true;
  }
  bool pairs(int level) {
    while (!rest_.empty() && rest_.front() != '0')
      if (!marshalled(level + 1) || !marshalled(level + 1)) return false;
    return skip(1);
  }
  bool marshalled(int level) {
    std::uint8_t code = 0;
    if (too_deep(level) || !number(code)) return false;
    if ((code & reference_flag) == 0) return body(static_cast<char>(code), level);
    const std::size_t index = references_.size();
    references_.push_back(false);
    const char kind = static_cast<char>(code & ~reference_flag);
    if (std::string_view("NTF.Sr").find(kind) != std::string_view::npos) return false;  // marshal numbers none of these
    if (!body(kind, level)) return false;
    references_[index] = true;
    return true;
  }
  bool body(char kind, int level) {
    std::uint32_t count = 0;
    std::uint8_t small = 0;
    switch (kind) {
      case 'N':
      case 'T':
      case 'F':
      case '.':
      case 'S':
        return true;
      case 'i':
        return skip(4);
      case 'l':
        return long_integer();
      case 'g':
        return skip(8);
      case 'y':
        return skip(16);
      case 'z':
      case 'Z':
        return number(small) && ascii(small);
      case 'a':
      case 'A':
        return number(count) && ascii(count);
      case 'u':
      case 't':
      case 's':
        return text();
      case ')':
        return number(small) && children(small, level);
      case '(':
      case '[':
      case '<':
      case '>':
        return number(count) && children(count, level);
      case '{':
        return pairs(level);
      case 'r':
        if (!number(count) || count >= references_.size()) return false;
        untellable_ = untellable_ || !references_[count];
        return references_[count];
      default:
        return false;
    }
  }

  std::string_view rest_;
  bool untellable_ = false;
  std::vector<bool> references_;  ///< whether each numbered object is finished
};

}  // namespace

Form form_of(std::string_view bytes) { return Check(bytes).form(); }

}  // namespace assay::sandbox
