#include "harness/oracle/value_index.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "harness/oracle/number.h"
#include "harness/oracle/value_range.h"

namespace assay::harness {
namespace {

using sandbox::ValueHead;
using sandbox::ValueKind;
using sandbox::ValueReader;

/// Spreads a hash over all bits (the finalizer of splitmix64).
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

std::uint64_t steps_of(const ValueHead& head) {
  return 1 + head.text.size() / 16 + head.integer.digits.size() / 16 + head.second.digits.size() / 16;
}

std::uint64_t hash_leaf(const ValueHead& head) {
  if (is_number(head)) return mix(hash_number(head) + 1);
  switch (head.kind) {
    case ValueKind::text:
    case ValueKind::bytes:
    case ValueKind::moment:
      return mix(std::hash<std::string_view>()(head.text));
    case ValueKind::range:
      return mix(hash_range(head) + 3);
    default:
      return mix(static_cast<std::uint64_t>(head.kind) << 40);
  }
}

bool is_hashable(ValueKind kind) {
  switch (kind) {
    case ValueKind::bad:
    case ValueKind::bytearray:
    case ValueKind::list:
    case ValueKind::deque:
    case ValueKind::set:
    case ValueKind::dict:
    case ValueKind::array:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<std::uint64_t> hash_value(ValueReader& reader, std::size_t& at, std::uint64_t& budget, int depth) {
  const ValueHead head = reader.open(at);
  const std::uint64_t steps = steps_of(head);
  if (!is_hashable(head.kind) || steps > budget || depth > ValueReader::max_depth) return std::nullopt;
  budget -= steps;
  if (!head.has_children()) {
    at = head.next;
    return hash_leaf(head);
  }
  std::uint64_t sum = static_cast<std::uint64_t>(head.kind) + head.count;
  std::size_t child = head.body;
  for (std::uint64_t i = 0; i < head.count; ++i) {
    const auto hash = hash_value(reader, child, budget, depth + 1);
    if (!hash) return std::nullopt;
    sum = head.kind == ValueKind::tuple ? mix(sum ^ *hash) : sum + mix(*hash);  // a frozenset has no order
  }
  at = reader.close(head, child);
  return mix(sum);
}

void ValueIndex::insert(const Entry& entry) {
  const auto place = [this](std::size_t index) {
    std::size_t slot = first_slot(entries_[index].hash);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(index + 1);
  };
  entries_.push_back(entry);
  if (2 * entries_.size() <= slots_.size()) {
    place(entries_.size() - 1);
    return;
  }
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) place(i);
}

bool ValueIndex::add(ValueReader& reader, std::size_t& at) {
  std::uint64_t budget = static_cast<std::uint64_t>(-1);
  const std::size_t start = at;
  const auto hash = hash_value(reader, at, budget);
  if (!hash) return false;
  most_steps_ = std::max(most_steps_, static_cast<std::uint64_t>(-1) - budget);
  insert({*hash, &reader, start, at});
  return true;
}

bool ValueIndex::add_new(ValueReader& reader, std::size_t& at) {
  std::uint64_t budget = static_cast<std::uint64_t>(-1);
  const std::size_t start = at;
  const auto hash = hash_value(reader, at, budget);
  if (!hash) return false;
  most_steps_ = std::max(most_steps_, static_cast<std::uint64_t>(-1) - budget);
  Entry* entry = nullptr;
  if (look_up(reader, start, *hash, 0, entry).answer != Equality::equal) insert({*hash, &reader, start, at});
  return true;
}

ValueIndex::Found ValueIndex::look_up(ValueReader& out, std::size_t at, std::uint64_t hash, int depth, Entry*& entry) {
  if (slots_.empty()) return {};
  for (std::size_t slot = first_slot(hash); slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    Entry& candidate = entries_[slots_[slot] - 1];
    if (candidate.hash != hash) continue;
    Places places{at, candidate.at};
    const Equality answer = Comparison(out, *candidate.reader).compare(places, depth);
    if (answer == Equality::unequal) continue;
    entry = &candidate;
    return {answer, candidate.behind, false};
  }
  return {};
}

ValueIndex::Found ValueIndex::find(ValueReader& out, std::size_t& at, int depth) {
  constexpr std::uint64_t slack = 1024;  // the same number may have a longer text
  std::uint64_t budget = most_steps_ + slack;
  const std::size_t start = at;
  const auto hash = hash_value(out, at, budget, depth);
  if (!hash) return {Equality::raises};
  Entry* entry = nullptr;
  Found found = look_up(out, start, *hash, depth, entry);
  if (found.answer != Equality::equal) return found;
  found.first = !entry->found;
  if (found.first) ++found_;
  entry->found = true;
  return found;
}

}  // namespace assay::harness
