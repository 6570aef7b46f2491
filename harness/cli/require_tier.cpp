#include "harness/cli/require_tier.h"

#include <CLI/CLI.hpp>

namespace assay::harness {

void add_require_tier(CLI::App& command, std::string& tier) {
  command.add_option("--require-tier", tier, "refuse to run in a jail weaker than this: basic, contained or hardened")
      ->check(CLI::IsMember({"basic", "contained", "hardened"}));
}

}  // namespace assay::harness
