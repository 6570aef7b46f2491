#pragma once
/// `assay report`: what runs say, for people and for programs.
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::harness {

struct ReportOptions {
  std::vector<std::string> runs;
  std::string store;
  std::vector<std::uint64_t> ks;  ///< empty: 1, 2, 5, 10, … as far as samples go
  double level = 0.95;
  bool json = false, markdown = false, csv = false;
  std::string html;      ///< a file; empty: none
  std::string evalplus;  ///< another
  std::string dataset;   ///< for the inputs of failed tests; empty: as the run names it
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_report(CLI::App& app, ReportOptions& options);
/// The process's exit code.
[[nodiscard]] int run_report(const ReportOptions& options);

}  // namespace assay::harness
