#pragma once
/// `--memory-limit`, which every command that runs programs takes.
#include <cstdint>

namespace CLI {
class App;
}

namespace assay::harness {

/// `bytes` holds the default, and then what was asked for: a number with a unit, 256 MiB at least.
void add_memory_limit(CLI::App& command, std::uint64_t& bytes);

}  // namespace assay::harness
