#pragma once
/// Finds values among the elements of an expected set or the keys of an expected dict, by hash as Python does.
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/oracle/equality.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {

/// The hash of the value at `at`, which is moved behind it: equal values have equal hashes. None where Python would
/// raise, the value is malformed, or the walk takes more steps than are left in `budget`.
[[nodiscard]] std::optional<std::uint64_t> hash_value(sandbox::ValueReader& reader, std::size_t& at,
                                                      std::uint64_t& budget, int depth = 0);

/// The readers of what was added must outlive it, and stay where they are.
class ValueIndex {
 public:
  /// Adds the expected value at `at` of `reader`, which is moved behind it.
  /// @return false where Python could not hash it.
  [[nodiscard]] bool add(sandbox::ValueReader& reader, std::size_t& at);
  /// The same, unless an equal value is there already.
  [[nodiscard]] bool add_new(sandbox::ValueReader& reader, std::size_t& at);

  struct Found {
    Equality answer = Equality::unequal;
    std::size_t behind = 0;  ///< equal: the place behind the expected value
    bool first = false;      ///< equal: it had not been found before
  };
  /// Looks up the sample's value at `at`, which is moved behind it where it is found. Takes no more steps than the
  /// dearest expected value did, and a little.
  [[nodiscard]] Found find(sandbox::ValueReader& out, std::size_t& at, int depth = 0);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t found() const { return found_; }
  [[nodiscard]] std::uint64_t most_steps() const { return most_steps_; }

 private:
  struct Entry {
    std::uint64_t hash;
    sandbox::ValueReader* reader;
    std::size_t at, behind;
    bool found = false;
  };
  [[nodiscard]] std::size_t first_slot(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  Found look_up(sandbox::ValueReader& out, std::size_t at, std::uint64_t hash, int depth, Entry*& entry);
  void insert(const Entry& entry);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  ///< open addressing: an entry's index and one, or zero
  std::uint64_t most_steps_ = 0;
  std::size_t found_ = 0;
};

}  // namespace assay::harness
