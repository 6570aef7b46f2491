#include "harness/cli/jail_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "harness/cli/option_values.h"
#include "sandbox/jail/own_groups.h"

namespace assay::harness {
namespace {

/// The least leaves a program half of it beside an interpreter with NumPy.
constexpr std::uint64_t least_memory = 256ULL << 20, most_memory = 1ULL << 40;

/// Makes a size of its text, in bytes. @return what is wrong with it; empty for nothing
std::string size_of(std::string& text) {
  std::string bytes = text;
  std::uint64_t value = 0;
  try {
    CLI::AsSizeValue(false)(bytes);
  } catch (const CLI::ValidationError&) {
    bytes.clear();  // no number, or no unit
  }
  const bool fits = CLI::detail::lexical_cast(bytes, value) && value >= least_memory && value <= most_memory &&
                    value % (1 << 20) == 0;
  if (!fits) return refusal("a size from 256M to 1T in whole MiB, as in 512M or 4G,", text);
  text = bytes;
  return "";
}

}  // namespace

std::size_t slots_of(const JailOptions& options) {
  return options.parallel > 0 ? options.parallel : sandbox::usable_cores();
}

sandbox::Options sandbox_options(const JailOptions& options) {
  sandbox::Options made;
  made.python = options.python;
  made.slots = slots_of(options);
  made.require_tier = options.require_tier;
  made.limits.memory_bytes = options.memory_bytes;
  return made;
}

void add_require_tier(CLI::App& command, std::string& tier) {
  command.add_option("--require-tier", tier, "refuse to run in a jail weaker than this: basic, contained or hardened")
      ->check(one_of({"basic", "contained", "hardened"}));
}

void add_memory_limit(CLI::App& command, std::uint64_t& bytes) {
  command.add_option("--memory-limit", bytes, "memory that a program may have, as in 512M")
      ->transform(CLI::Validator(size_of, "SIZE"))
      ->option_text(fmt::format("SIZE [{}G]", bytes >> 30));
}

}  // namespace assay::harness
