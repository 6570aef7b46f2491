#pragma once
/// Hostile acts: what a sample tried. Recorded beside its outcome by kind, never a verdict by themselves.
///
/// The list is closed. docs/security.md says of each kind who sees it, and what escapes notice.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::sandbox {

/// In the order in which they are shown; results keep their names, not their numbers.
enum class Attempt : std::uint8_t {
  forbidden_call,        ///< made a system call of the hostile list, which ended it
  outside_view,          ///< opened or listed a path that its view does not show
  answered_twice,        ///< answered a call (test) that had its answer
  answered_late,         ///< sent something after its last answer
  answered_for_another,  ///< answered a call (test) whose turn had not come
  forged_frame,          ///< sent what no runner sends: no frame, an unknown one, or one out of order
  closed_results,        ///< closed its result pipe and lived on
  undecodable,           ///< sent a result whose bytes are no value
  forged_type,           ///< a value of a type that no honest program returns: equal to whatever it meets, or lying of
                         ///< its class
};
inline constexpr std::size_t attempt_kinds = 9;

[[nodiscard]] std::string_view name(Attempt kind);
[[nodiscard]] std::optional<Attempt> attempt_from(std::string_view name);
/// Which kinds were seen. How often is not counted: a loop that tries a million times is no worse than one try.
class Attempts {
 public:
  Attempts() = default;
  Attempts(Attempt kind) { add(kind); }  // NOLINT: one kind is a set of one
  void add(Attempt kind) { bits_ = static_cast<std::uint16_t>(bits_ | bit(kind)); }
  void add(Attempts others) { bits_ = static_cast<std::uint16_t>(bits_ | others.bits_); }
  [[nodiscard]] bool has(Attempt kind) const { return (bits_ & bit(kind)) != 0; }
  [[nodiscard]] bool none() const { return bits_ == 0; }
  [[nodiscard]] std::vector<Attempt> kinds() const;  ///< in order
  bool operator==(const Attempts&) const = default;

  /// For the wire between our own processes.
  [[nodiscard]] std::uint16_t bits() const { return bits_; }
  [[nodiscard]] static Attempts of_bits(std::uint16_t bits) {
    Attempts made;
    made.bits_ = bits & ((1U << attempt_kinds) - 1);
    return made;
  }

 private:
  static constexpr unsigned bit(Attempt kind) { return 1U << static_cast<unsigned>(kind); }
  std::uint16_t bits_ = 0;
};

}  // namespace assay::sandbox
