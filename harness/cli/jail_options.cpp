#include "harness/cli/jail_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>

namespace assay::harness {
namespace {

/// The least leaves a program half of it beside an interpreter with NumPy.
constexpr std::uint64_t least = 256ULL << 20, most = 1ULL << 40;

/// What is wrong with a number of bytes; empty for nothing.
std::string complaint(const std::string& bytes) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
  const bool fits = failed == std::errc() && end == bytes.data() + bytes.size() && value >= least && value <= most;
  if (!fits) return "a size from 256M to 1T is needed";
  return value % (1 << 20) == 0 ? "" : "whole MiB are needed";
}

}  // namespace

void add_require_tier(CLI::App& command, std::string& tier) {
  command.add_option("--require-tier", tier, "refuse to run in a jail weaker than this: basic, contained or hardened")
      ->check(CLI::IsMember({"basic", "contained", "hardened"}));
}

void add_memory_limit(CLI::App& command, std::uint64_t& bytes) {
  command.add_option("--memory-limit", bytes, "memory that a program may have, as in 512M")
      ->transform(CLI::AsSizeValue(false))
      ->check(complaint)
      ->option_text(fmt::format("SIZE [{}G]", bytes >> 30));
}

}  // namespace assay::harness
