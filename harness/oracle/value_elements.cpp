#include "harness/oracle/value_elements.h"

#include <algorithm>
#include <cstring>

#include "harness/oracle/expected_elements.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

constexpr std::uint64_t most_made = 1U << 20;  // characters, bytes or integers of a range: no honest answer has more

void append_integer(std::string& list, std::int32_t value) {
  list += 'i';
  list.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::size_t length_of_character(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/// An encoded list of the elements of text, bytes or a range; empty where it can't be made.
std::string make_list(const ValueHead& head) {
  std::string items;
  std::uint32_t count = 0;
  if (head.text.size() > most_made) return {};
  if (head.kind == ValueKind::text) {
    for (std::size_t at = 0; at < head.text.size(); ++count) {
      const auto character = head.text.substr(at, length_of_character(static_cast<unsigned char>(head.text[at])));
      items += 'z';
      items += static_cast<char>(character.size());
      items += character;
      at += character.size();
    }
  } else if (head.kind == ValueKind::bytes || head.kind == ValueKind::bytearray) {
    for (const char byte : head.text) append_integer(items, static_cast<unsigned char>(byte)), ++count;
  } else if (head.kind == ValueKind::range) {
    constexpr std::int64_t bound = 1LL << 30;
    for (const auto* part : {&head.integer, &head.second, &head.third})
      if (!part->digits.empty() || std::abs(part->small) > bound) return {};
    const std::int64_t stop = head.second.small, step = head.third.small;
    for (std::int64_t i = head.integer.small; step > 0 ? i < stop : i > stop; i += step) {
      if (++count > most_made) return {};
      append_integer(items, static_cast<std::int32_t>(i));
    }
  } else {
    return {};
  }
  std::string list = "[";
  list.append(reinterpret_cast<const char*>(&count), sizeof count);
  return list + items;
}

/// The elements of a container.
bool visit_children(ValueReader& reader, const ValueHead& head, const ElementVisitor& visit) {
  if (head.kind == ValueKind::array && head.dimensions != 1) return false;  // rows are arrays, which have no hash
  std::size_t at = head.body;
  for (std::uint64_t done = 0; reader.more(head, at, done); ++done) {
    if (!visit(reader, at)) return false;
    if (head.kind == ValueKind::dict) at = reader.skip(at);
    if (at == ValueReader::nowhere) return false;
  }
  return reader.close(head, at) == reader.size();
}

}  // namespace

bool visit_elements(ValueReader& reader, std::string& made, std::optional<ValueReader>& made_reader,
                    const ElementVisitor& visit) {
  const ValueHead head = reader.open(0);
  if (head.kind == ValueKind::bad) return false;
  if (head.has_children()) return visit_children(reader, head, visit);
  made = make_list(head);
  if (made.empty() || head.next != reader.size()) return false;
  made_reader.emplace(bytes_of(made));
  return visit_children(*made_reader, made_reader->open(0), visit);
}

}  // namespace assay::harness
