#pragma once
/// The whole command line: every command with its options.
#include <CLI/CLI.hpp>
#include <functional>
#include <utility>
#include <vector>

namespace assay::harness {

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// What parses the arguments.
  [[nodiscard]] CLI::App& app() { return app_; }
  /// Runs the command that was parsed. @return the process's exit code
  [[nodiscard]] int run() const;

 private:
  CLI::App app_;
  std::vector<std::pair<const CLI::App*, std::function<int()>>> commands_;
};

}  // namespace assay::harness
