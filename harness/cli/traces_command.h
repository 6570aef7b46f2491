#pragma once
/// `assay traces`: how samples were decoded.
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::harness {

struct TracesOptions {
  std::string source;  ///< a file of traces, or a run of the store
  std::string store;
  std::vector<std::uint64_t> ks{1, 2, 3, 4};
  std::vector<std::int64_t> end_tokens;
  bool all_positions = false;
  bool json = false;
  bool page = false;  ///< `traces html`, else `traces stats`
  std::string output;
  std::string model;  ///< a folder with a tokenizer; empty: tokens are shown by their ids
  std::size_t replays = 12;
};

/// Adds the subcommand and its own; parsing fills `options`, which must outlive `app`.
CLI::App* add_traces(CLI::App& app, TracesOptions& options);
/// The process's exit code.
[[nodiscard]] int run_traces(const TracesOptions& options);

}  // namespace assay::harness
