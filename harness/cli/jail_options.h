#pragma once
/// Options that commands share which run programs: in which interpreter, how many at once, how strong their jail must
/// be, and what it leaves a program.
#include <cstddef>
#include <cstdint>
#include <string>

#include "sandbox/executor.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct JailOptions {
  std::string python;                                           ///< --python; empty: the samples' own environment
  std::string require_tier;                                     ///< --require-tier
  std::size_t parallel = 0;                                     ///< --parallel: slots; 0: one a core
  std::uint64_t memory_bytes = sandbox::Limits{}.memory_bytes;  ///< --memory-limit
};

/// The slots to use: as asked for, else one a core that this process may use.
[[nodiscard]] std::size_t slots_of(const JailOptions& options);
/// What an executor is started with.
[[nodiscard]] sandbox::Options sandbox_options(const JailOptions& options);

/// `--require-tier`: a weaker jail is refused.
void add_require_tier(CLI::App& command, std::string& tier);

/// `--memory-limit`. `bytes` holds the default, and then what was asked for: a number with a unit, 256 MiB at least.
void add_memory_limit(CLI::App& command, std::uint64_t& bytes);

}  // namespace assay::harness
