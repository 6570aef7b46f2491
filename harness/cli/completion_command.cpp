#include "harness/cli/completion_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "datasets/registry.h"
#include "harness/cli/option_values.h"

namespace assay::harness {
namespace {

/// What is known of a command, as arms of the script's `case`s.
struct Arms {
  std::string commands, words, values;
};

/// The words that an option takes, where they are few: `one_of` names its type by them, "a|b|c". "FILE|DIR" are no
/// words.
std::string choices(const CLI::Option& option) {
  if (option.check_lname("dataset")) {
    std::vector<std::string> names{std::string(datasets::mini_name)};
    for (const auto& entry : datasets::registry()) names.emplace_back(entry.name);
    return fmt::format("{}", fmt::join(names, " "));
  }
  std::string type = option.get_type_name();
  type.erase(0, type.rfind(':') + 1);
  const bool words = type.find('|') != std::string::npos &&
                     std::none_of(type.begin(), type.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  std::replace(type.begin(), type.end(), '|', ' ');
  return words ? type : "";
}

/// `path`: the command's name after those of the commands that it belongs to.
void add_arms(const CLI::App& command, const std::string& path, Arms& arms) {
  std::vector<std::string> words;
  if (command.get_parent() == nullptr) words.emplace_back("help");
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(each->get_name());
    const std::string longer = path + " " + each->get_name();
    arms.commands += (arms.commands.empty() ? "" : " | ") + fmt::format("'{}'", longer);
    add_arms(*each, longer, arms);
  }
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    const std::string values = choices(*option);
    if (values.empty()) continue;
    if (option->get_lnames().empty()) {
      words.push_back(values);
      continue;
    }
    arms.values += fmt::format("    '{} --{}') words='{}' ;;\n", path,
                               fmt::join(option->get_lnames(), "' | '" + path + " --"), values);
  }
  arms.words += fmt::format("    '{}') words='{}' ;;\n", path, fmt::join(words, " "));
}

/// What bash calls for each Tab. Where it offers nothing the shell offers files.
constexpr std::string_view script = R"(_assay() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} at=$((COMP_CWORD - 1)) command=assay words='' word i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${{COMP_WORDS[i]}}
    case "$command $word" in
    {commands}) command="$command $word" ;;
    esac
  done
  if [[ $current == = ]]; then current=; elif [[ ${{COMP_WORDS[at]}} == = ]]; then at=$((at - 1)); fi
  case "$command ${{COMP_WORDS[at]}}" in
{values}    *) at= ;;
  esac
  if [[ -z $at ]]; then
    case "$command" in
{words}    esac
    [[ $current == -* ]] || words=$(compgen -W "$words" | grep -v '^-')
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _assay assay
)";

}  // namespace

CLI::App* add_completion(CLI::App& app, CompletionOptions& options) {
  options.whole = &app;
  CLI::App* command = app.add_subcommand("completion", "Print a script that makes a shell complete the words of assay");
  command->add_option("shell", options.shell, "the shell that reads it")->required()->check(one_of({"bash", "zsh"}));
  command->footer(
      "Exit codes: 0 done, 2 usage, 74 standard output cannot be written.\n\n"
      "Examples:\n"
      "  source <(assay completion bash)     # in ~/.bashrc\n"
      "  source <(assay completion zsh)      # in ~/.zshrc");
  return command;
}

int run_completion(const CompletionOptions& options) {
  Arms arms;
  add_arms(*options.whole, "assay", arms);
  if (options.shell == "zsh") fmt::print("autoload -U +X compinit bashcompinit && compinit && bashcompinit\n");
  fmt::print(script, fmt::arg("commands", arms.commands), fmt::arg("values", arms.values),
             fmt::arg("words", arms.words));
  return 0;
}

}  // namespace assay::harness
