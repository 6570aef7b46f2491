// What options take and refuse: the checks by themselves, and every option of the command line that they belong to.
#include "harness/cli/option_values.h"

#include "harness/cli/command_line.h"
#include "tests/catch.h"

namespace assay::harness {
namespace {

void each_option(CLI::App& command, const std::function<void(CLI::Option&)>& use) {
  for (CLI::Option* option : command.get_options([](CLI::Option*) { return true; })) use(*option);
  for (CLI::App* each : command.get_subcommands([](CLI::App*) { return true; })) each_option(*each, use);
}

/// What the option says of a value; empty where it takes it.
std::string refused(CLI::Option& option, const std::string& text) {
  option.clear();
  option.add_result(text);
  try {
    option.run_callback();
  } catch (const CLI::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a range has its ends, and neither NaN nor what is no number", "[cli]") {
  struct Row {
    const char *text, *says;
  };
  const CLI::Validator share = in_range(0.0, 1.0), port = in_range(0, 65535);
  const auto number = GENERATE(values<Row>({{"0", ""},
                                            {"1", ""},
                                            {"0.5", ""},
                                            {"nan", "a number from 0 to 1 is wanted, not nan"},
                                            {"-nan", "a number from 0 to 1 is wanted, not -nan"},
                                            {"inf", "a number from 0 to 1 is wanted, not inf"},
                                            {"1.01", "a number from 0 to 1 is wanted, not 1.01"},
                                            {"much", "a number from 0 to 1 is wanted, not much"},
                                            {"", "a number from 0 to 1 is wanted, not \"\""}}));
  CAPTURE(number.text);
  CHECK(share(number.text) == number.says);
  CHECK(port("65535").empty());
  CHECK(port("99999") == "a whole number from 0 to 65535 is wanted, not 99999");
  CHECK(port("0.5") == "a whole number from 0 to 65535 is wanted, not 0.5");
}

TEST_CASE("no option of a number takes one that is not finite", "[cli]") {
  CommandLine line;
  int seen = 0;
  each_option(line.app(), [&](CLI::Option& option) {
    if (option.get_type_name().find("FLOAT") == std::string::npos) return;
    ++seen;
    for (const char* text : {"nan", "-nan", "NaN", "inf", "-inf", "1e999"}) {
      CAPTURE(option.get_name(), text);
      CHECK_THAT(refused(option, text), Catch::Contains(option.get_name() + ": a number from ") &&
                                            Catch::Contains(std::string(" is wanted, not ") + text));
    }
  });
  CHECK(seen > 20);
}

TEST_CASE("what is no number is told with the numbers that are wanted", "[cli]") {
  CommandLine line;
  int seen = 0;
  each_option(line.app(), [&](CLI::Option& option) {
    const std::string type = option.get_type_name();
    if (type.find("INT") == std::string::npos && type.find("FLOAT") == std::string::npos) return;
    ++seen;
    CAPTURE(option.get_name());
    CHECK_THAT(refused(option, "x"), Catch::Contains(" is wanted, not x"));
  });
  CHECK(seen > 60);
}

}  // namespace assay::harness
