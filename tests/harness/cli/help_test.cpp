// The help of every command.
#include "harness/cli/command_line.h"
#include "tests/catch.h"

namespace assay::harness {
namespace {

void each_command(CLI::App& command, const std::string& name,
                  const std::function<void(CLI::App&, const std::string&)>& use) {
  use(command, name);
  for (CLI::App* each : command.get_subcommands([](CLI::App*) { return true; }))
    each_command(*each, name + " " + each->get_name(), use);
}

}  // namespace

TEST_CASE("the help of every command has examples of that command, and lines that a terminal shows whole", "[cli]") {
  CommandLine line;
  int seen = 0;
  each_command(line.app(), "assay", [&](CLI::App& command, const std::string& name) {
    CAPTURE(name);
    ++seen;
    CHECK_THAT(command.get_footer(), Catch::Contains("Example"));
    const bool of_assay = command.get_parent() != nullptr && command.get_parent()->get_parent() == nullptr;
    if (of_assay) {
      CHECK_THAT(command.get_footer(), Catch::Contains("Exit codes: 0 "));
      CHECK_THAT(command.get_footer(), Catch::Contains("74 "));  // all write to standard output
    }
    std::istringstream footer(command.get_footer());
    int examples = 0;
    for (std::string text; std::getline(footer, text);) {
      if (!text.starts_with("  ") || text.find("assay ") == std::string::npos) continue;
      ++examples;
      CHECK_THAT(text + " ", Catch::Contains(name + " "));
    }
    CHECK(examples > 0);
    std::istringstream help(command.help(name));
    for (std::string text; std::getline(help, text);) {
      CAPTURE(text);
      CHECK(text.size() <= 120);
    }
  });
  CHECK(seen > 25);
}

}  // namespace assay::harness
