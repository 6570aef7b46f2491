#include "harness/cli/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "harness/cli/failure.h"
#include "harness/cli/nearest_word.h"
#include "harness/errors.h"
#include "reports/output/printable.h"

namespace assay::harness {
namespace {

/// The commands that were named, the outermost first.
std::vector<const CLI::App*> named(const CLI::App& app) {
  std::vector<const CLI::App*> all{&app};
  while (!all.back()->get_subcommands().empty()) all.push_back(all.back()->get_subcommands().front());
  return all;
}

bool is_group(const CLI::App& command) { return command.get_require_subcommand_min() > 0; }

std::vector<std::string> command_names(const CLI::App& group) {
  std::vector<std::string> names;
  for (const CLI::App* each : group.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(each->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  return names;
}

std::string no_such(std::string_view what, std::string_view word, const std::string& meant) {
  return fmt::format("there is no {} {}{}", what, word, meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant));
}

/// What is said of the first word that a command does not know; empty where it knows all.
std::string unknown_command(const CLI::App& group) {
  const auto left = group.remaining();
  if (!is_group(group) || left.empty() || left.front().starts_with('-')) return "";
  return no_such("command", left.front(), nearest_word(left.front(), command_names(group)));
}

std::string unknown_option(const CLI::App& command) {
  for (const std::string& word : command.remaining()) {
    if (word == "--") break;  // what follows is no option
    if (word.size() < 2 || word.front() != '-') continue;
    const std::string name = word.substr(0, word.find('='));
    const std::string meant = nearest_word(name.substr(name.find_first_not_of('-')), option_names(command));
    return no_such("option", name, meant.empty() ? "" : "--" + meant);
  }
  return "";
}

std::string extra_word(const CLI::App& command) {
  for (const std::string& word : command.remaining())
    if (word != "--") return fmt::format("{}: {} is a word too many", command.get_name(), word);
  return "a word is too many";
}

/// "assay runs list"
std::string whole_name(const std::vector<const CLI::App*>& commands, const CLI::App* at) {
  std::string name;
  for (const CLI::App* each : commands) {
    name += (name.empty() ? "" : " ") + each->get_name();
    if (each == at) break;
  }
  return name;
}

int refuse(const std::vector<const CLI::App*>& commands, const CLI::App* at, const std::string& flaw) {
  return fail(
      {Errc::usage, fmt::format("{}; {} --help says more", reports::printable(flaw), whole_name(commands, at))});
}

/// An option with more or fewer values than it takes; empty where all have theirs.
std::string wrong_count(const CLI::App& command, std::string_view message) {
  for (const CLI::Option* option : command.get_options()) {
    const auto most = static_cast<std::size_t>(std::max(option->get_items_expected_max(), 1));
    if (option->count() > most && most == 1)
      return fmt::format("{} is given {} times; give it once", option->get_name(), option->count());
    if (message.starts_with(option->get_name() + ":") && message.ends_with(" missing"))
      return option->get_name() + " has no value; give it one";
  }
  return "";
}

bool has_flag(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option && option->get_items_expected_max() == 0) return true;
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(below.begin(), below.end(), [&](const CLI::App* each) { return has_flag(*each, name); });
}

}  // namespace

std::vector<std::string> words_of(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> words;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    options = options && word != "--";
    const bool empty = options && word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    if (empty) word.pop_back();
    const bool split = empty && !has_flag(app, word);  // else it is CLI11's again, with its =
    words.push_back(empty && !split ? word + '=' : word);
    if (split) words.emplace_back();
  }
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  std::reverse(words.begin(), words.end());
  return words;
}

int explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = named(app);
  for (const CLI::App* each : commands)
    if (const std::string flaw = unknown_command(*each); !flaw.empty()) return refuse(commands, each, flaw);
  if (error.get_exit_code() == 0) return app.exit(error);
  for (const CLI::App* each : commands)
    if (const std::string flaw = unknown_option(*each); !flaw.empty()) return refuse(commands, each, flaw);
  const CLI::App& last = *commands.back();
  if (is_group(last)) {
    std::fputs(app.help().c_str(), stderr);
    return exit_code(Errc::usage);
  }
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    return refuse(commands, &last, extra_word(last));
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch))
    if (const std::string flaw = wrong_count(last, error.what()); !flaw.empty()) return refuse(commands, &last, flaw);
  std::string message = error.what();
  std::replace(message.begin(), message.end(), '\n', ' ');
  return refuse(commands, &last, message);
}

std::optional<Error> empty_value(const CLI::App& app) {
  const auto commands = named(app);
  for (const CLI::App* command : commands)
    for (const CLI::Option* option : command->get_options())
      for (const std::string& value : option->results())
        if (value.empty())
          return Error{Errc::usage,
                       fmt::format("{}: {} is empty; give it a value{}",
                                   whole_name({commands.begin() + 1, commands.end()}, command), option->get_name(),
                                   option->get_required() ? "" : ", or leave it out for its default")};
  return std::nullopt;
}

}  // namespace assay::harness
