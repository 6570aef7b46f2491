#include "sandbox/wire/value_reader.h"

namespace assay::sandbox {
namespace {

constexpr std::uint32_t max_dimensions = 32;  // NumPy's own limit
constexpr std::size_t max_name = 80;          // bytes that the runner tells of a class; no honest dtype is as long
constexpr std::size_t max_decimal = 1 << 20;  // zeros behind its point change nothing, and would buy time to send them

bool is_scalar(ValueKind kind) {
  return kind == ValueKind::boolean || kind == ValueKind::integer || kind == ValueKind::floating ||
         kind == ValueKind::complex || kind == ValueKind::text || kind == ValueKind::bytes;
}

}  // namespace

bool ValueReader::read_block(std::size_t at, std::string_view& text, std::size_t& next) const {
  std::uint32_t length = 0;
  if (!read(at, length) || !view(at + sizeof length, length, text)) return false;
  next = at + sizeof length + length;
  return true;
}

bool ValueReader::read_long(std::size_t at, ValueHead& head) const {
  std::int32_t signed_count = 0;
  if (!read(at, signed_count)) return false;
  const std::uint64_t count = static_cast<std::uint64_t>(signed_count < 0 ? -std::int64_t{signed_count} : signed_count);
  std::string_view digits;
  if (!view(at + 4, count * 2, digits)) return false;
  head.next = at + 4 + digits.size();
  std::int64_t small = 0;
  std::uint16_t digit = 0, top = 1;
  for (std::size_t i = digits.size(); i > 0; i -= 2) {
    std::memcpy(&digit, digits.data() + i - 2, sizeof digit);
    if (digit > 0x7fff) return false;
    if (i == digits.size()) top = digit;
    if (count <= 4) small = small << 15 | digit;
  }
  if (top == 0) return false;  // CPython refuses a leading zero too: each number has one form
  if (count <= 4) {
    head.integer.small = signed_count < 0 ? -small : small;
  } else {
    head.integer.digits = digits;
  }
  head.integer.negative = signed_count < 0;
  return true;
}

ValueHead ValueReader::open(std::size_t at) {
  if (at >= size_ || data_[at] != 'r') return open_here(at, Wrapped::no);
  std::uint32_t number = 0;
  if (!read(at + 1, number) || number >= references_.size() || !references_[number].finished) return {};
  ValueHead head = open_here(references_[number].at, Wrapped::no);
  head.by_reference = true;
  head.next = at + 5;
  return head;
}

ValueHead ValueReader::open_here(std::size_t at, Wrapped wrapped) {
  if (at >= size_) return {};
  const unsigned char code = data_[at] & static_cast<unsigned char>(~flag);
  const bool flagged = (data_[at] & flag) != 0;
  const std::size_t body = at + 1;
  if (code < 0x20) return flagged ? ValueHead{} : open_extension(code, body, wrapped);

  ValueHead head;
  std::size_t number = 0;
  if (flagged) {
    if (std::string_view("NTF.S").find(static_cast<char>(code)) != std::string_view::npos) return {};
    if (at >= frontier_) {
      references_.push_back({at, false});
      frontier_ = at + 1;
      number = references_.size();
    }
  }
  const auto scalar = [&](ValueKind kind, std::size_t next) {
    head.kind = kind;
    head.next = next;
    if (number != 0) references_[number - 1].finished = true;
    return head;
  };
  const auto container = [&](ValueKind kind, std::uint64_t count, std::size_t first) {
    if (count > size_ - first) return ValueHead{};  // a child takes a byte at least
    head.kind = kind;
    head.count = count;
    head.body = first;
    head.reference = static_cast<std::uint32_t>(number);
    return head;
  };
  std::uint32_t count = 0;
  std::uint8_t byte = 0;
  std::int32_t value = 0;
  switch (code) {
    case 'N':
      return scalar(ValueKind::none, body);
    case 'T':
    case 'F':
      head.integer.small = code == 'T' ? 1 : 0;
      return scalar(ValueKind::boolean, body);
    case '.':
    case 'S':
      head.text = code == '.' ? "ellipsis" : "type";
      return scalar(ValueKind::opaque, body);
    case 'i':
      if (!read(body, value)) return {};
      head.integer.small = value;
      head.integer.negative = value < 0;
      return scalar(ValueKind::integer, body + 4);
    case 'l':
      if (!read_long(body, head)) return {};
      return scalar(ValueKind::integer, head.next);
    case 'g':
      if (!read(body, head.real)) return {};
      return scalar(ValueKind::floating, body + 8);
    case 'y':
      if (!read(body, head.real) || !read(body + 8, head.imag)) return {};
      return scalar(ValueKind::complex, body + 16);
    case 'z':
    case 'Z':
      if (!read(body, byte) || !view(body + 1, byte, head.text)) return {};
      return scalar(ValueKind::text, body + 1 + byte);
    case 'a':
    case 'A':
    case 'u':
    case 't':
      if (!read_block(body, head.text, head.next)) return {};
      return scalar(ValueKind::text, head.next);
    case 's':
      if (!read_block(body, head.text, head.next)) return {};
      return scalar(ValueKind::bytes, head.next);
    case ')':
      return read(body, byte) ? container(ValueKind::tuple, byte, body + 1) : ValueHead{};
    case '(':
      return read(body, count) ? container(ValueKind::tuple, count, body + 4) : ValueHead{};
    case '[':
      return read(body, count) ? container(ValueKind::list, count, body + 4) : ValueHead{};
    case '<':
      return read(body, count) ? container(ValueKind::set, count, body + 4) : ValueHead{};
    case '>':
      return read(body, count) ? container(ValueKind::frozenset, count, body + 4) : ValueHead{};
    case '{':
      head.counted = false;
      return container(ValueKind::dict, 0, body);
    default:
      return {};
  }
}

ValueHead ValueReader::open_extension(unsigned char code, std::size_t at, Wrapped wrapped) {
  ValueHead head;
  std::uint32_t count = 0;
  std::string_view name;
  std::size_t next = 0;
  const auto container = [&](ValueKind kind) {
    if (!read(at, count) || count > size_ - at) return ValueHead{};
    head.kind = kind;
    head.count = count;
    head.body = at + 4;
    return head;
  };
  const auto block = [&](ValueKind kind) {
    if (!read_block(at, head.text, head.next)) return ValueHead{};
    head.kind = kind;
    return head;
  };
  switch (code) {
    case 0x01: {
      if (wrapped == Wrapped::yes || !read_block(at, name, next) || name.size() > max_name) return {};
      head = open_here(next, Wrapped::yes);
      if (!is_scalar(head.kind)) return {};
      head.numpy = true;
      head.dtype = name;
      return head;
    }
    case 0x02:
      if (!open_array(at, head)) return {};
      return head;
    case 0x03:
      head = block(ValueKind::decimal);
      return head.text.size() > max_decimal ? ValueHead{} : head;
    case 0x04:
      if (!open_integers(at, 2, head)) return {};
      if (head.second.negative || (head.second.digits.empty() && head.second.small == 0)) return {};
      head.kind = ValueKind::fraction;
      return head;
    case 0x05:
      return container(ValueKind::deque);
    case 0x06:
      if (!open_integers(at, 3, head)) return {};
      if (head.third.digits.empty() && head.third.small == 0) return {};
      head.kind = ValueKind::range;
      return head;
    case 0x07: {
      std::uint8_t flags = 0;
      if (wrapped == Wrapped::yes || !read_block(at, name, next) || name.size() > max_name || !read(next, flags))
        return {};
      head = open_here(next + 1, Wrapped::yes);
      head.subclass = true;
      head.ordered = (flags & 1U) != 0;
      return head;
    }
    case 0x08:
      return block(ValueKind::opaque);
    case 0x09:
      return container(ValueKind::list);
    case 0x0A:
      return container(ValueKind::tuple);
    case 0x0B:
      return container(ValueKind::dict);
    case 0x0C:
      return container(ValueKind::set);
    case 0x0D:
      return container(ValueKind::frozenset);
    case 0x0E:
      return block(ValueKind::bytearray);
    case 0x10:
      return block(ValueKind::moment);
    default:
      return {};
  }
}

bool ValueReader::open_array(std::size_t at, ValueHead& head) const {
  std::size_t next = 0;
  if (!read_block(at, head.dtype, next) || head.dtype.size() > max_name || !read(next, head.dimensions) ||
      head.dimensions > max_dimensions)
    return false;
  if (!view(next + 4, std::uint64_t{4} * head.dimensions, head.text)) return false;
  head.body = next + 4 + head.text.size();
  head.count = 1;
  for (std::uint32_t i = 0; i < head.dimensions; ++i) {
    if (head.dimension(i) == 0) head.count = 0;
  }
  for (std::uint32_t i = 0; i < head.dimensions && head.count != 0; ++i) {
    head.count *= head.dimension(i);  // both are 32 bits at most: no overflow
    if (head.count > size_ - head.body) return false;
    if (head.count > 0xffffffffU) return false;
  }
  if (head.count > size_ - head.body) return false;
  head.kind = ValueKind::array;
  head.numpy = true;
  return true;
}

bool ValueReader::open_integers(std::size_t at, int count, ValueHead& head) {
  IntegerView* const parts[] = {&head.integer, &head.second, &head.third};
  for (int i = 0; i < count; ++i) {
    if (at >= size_ || ((data_[at] & 0x7f) != 'i' && (data_[at] & 0x7f) != 'l')) return false;
    const ValueHead part = open_here(at, Wrapped::yes);
    if (part.kind != ValueKind::integer) return false;
    *parts[i] = part.integer;
    at = part.next;
  }
  head.next = at;
  return true;
}

std::size_t ValueReader::skip(std::size_t at, int depth) {
  if (depth > max_depth) return nowhere;
  const ValueHead head = open(at);
  if (head.kind == ValueKind::bad) return nowhere;
  if (!head.has_children() || head.by_reference) return head.next;  // what a reference names was walked before
  at = head.body;
  const int values = head.kind == ValueKind::dict ? 2 : 1;
  for (std::uint64_t done = 0; more(head, at, done); ++done) {
    for (int i = 0; i < values; ++i) {
      at = skip(at, depth + 1);
      if (at == nowhere) return nowhere;
    }
  }
  return close(head, at);
}

}  // namespace assay::sandbox
