#pragma once
/// Options that commands share which run programs: how strong their jail must be, and what it leaves a program.
#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace assay::harness {

/// `--require-tier`: a weaker jail is refused.
void add_require_tier(CLI::App& command, std::string& tier);

/// `--memory-limit`. `bytes` holds the default, and then what was asked for: a number with a unit, 256 MiB at least.
void add_memory_limit(CLI::App& command, std::uint64_t& bytes);

}  // namespace assay::harness
