#pragma once
/// `--require-tier`, which every command that runs programs takes.
#include <string>

namespace CLI {
class App;
}

namespace assay::harness {

void add_require_tier(CLI::App& command, std::string& tier);

}  // namespace assay::harness
