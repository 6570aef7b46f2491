#pragma once
/// Help as it is printed.
#include <CLI/CLI.hpp>
#include <string>

namespace assay::harness {

/// CLI11's, with descriptions wrapped so that no line is longer than 120 columns.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace assay::harness
