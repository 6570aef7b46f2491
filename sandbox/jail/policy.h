#pragma once
/// The seccomp policy as tables. Three programs come of them: one for the whole zygote (an allow-list: what CPython and
/// the zygote's own work need), and one more for each child by profile, which takes back what only the zygote needed.
/// The strictest answer of the two holds in a child.
#include <cstdint>
#include <span>
#include <string_view>

#include "sandbox/error.h"
#include "sandbox/unique_fd.h"
#include "sandbox/zygote/spawn.h"

namespace assay::sandbox::policy {

/// Part of every result's key; to be raised with any change that could alter what a sample may do.
inline constexpr int version = 8;

/// How an argument must be for a rule to hold.
struct Argument {
  enum class Test : std::uint8_t { none, equal, masked_equal };
  Test test = Test::none;
  unsigned index = 0;
  std::uint64_t value = 0;
  std::uint64_t mask = 0;  ///< masked_equal: (argument & mask) == value
};

struct Rule {
  int call;
  Argument argument;
  std::string_view why;
};

struct Refusal {
  int call;
  int error;  ///< the errno that the caller sees
  Argument argument;
  std::string_view why;
};

struct Hostile {
  int call;
  std::string_view why;
};

std::span<const Rule> allowed();                 ///< of samples and zygote; a call in no table gets EPERM
std::span<const Rule> zygote_only();             ///< allowed to the zygote, taken back in children
std::span<const Refusal> refused();              ///< fail softly, with this errno
std::span<const Refusal> refused_to_children();  ///< the same, for children of every profile
std::span<const Refusal> refused_to_calls();     ///< the same, for children of profile `calls`
std::span<const Refusal> refused_in_place();     ///< the same, beside refused_to_calls(), for every child in place
std::span<const Refusal> refused_to_commands();  ///< the same, for commands, where killed() names them too
std::span<const Hostile> killed();               ///< no honest sample makes these: each ends the job

/// Programs as arrays of sock_filter in memory files, to be handed to a zygote.
struct Programs {
  UniqueFd zygote;
  UniqueFd commands_zygote;  ///< of a zygote whose children run commands
  UniqueFd calls, program;
};
/// `in_place`: for samples that are confined where they are, without namespaces.
[[nodiscard]] Result<Programs> compile(bool in_place = false);

}  // namespace assay::sandbox::policy
