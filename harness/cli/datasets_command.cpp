#include "harness/cli/datasets_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "datasets/cache.h"
#include "datasets/load.h"
#include "datasets/registry.h"
#include "harness/cli/failure.h"
#include "harness/cli/option_values.h"
#include "harness/errors.h"

namespace assay::harness {
namespace {

using datasets::Entry;
using DatasetsAction = DatasetsOptions::Action;

constexpr const char* absent = "absent";  // as datasets::name(Cached::absent)

int fail_as_dataset(const datasets::Error& error) { return fail(of_datasets(error)); }

/// The entries that the command is about: the named one, or all.
std::vector<const Entry*> chosen(const DatasetsOptions& options) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : datasets::registry())
    if (options.name.empty() || options.name == entry.name) entries.push_back(&entry);
  return entries;
}

/// A row of `list` and `verify`, for people and for programs.
struct Row {
  std::string name, version, licence, address, sha256, path, state;
  std::size_t problems = 0;
};

Row row_of(const Entry& entry, std::string state) {
  Row row;
  row.name = entry.name;
  row.version = entry.version;
  row.licence = entry.licence;
  row.address = entry.address;
  row.sha256 = entry.sha256;
  if (const auto path = datasets::cache_path(entry); path && state != absent) row.path = path->string();
  row.state = std::move(state);
  row.problems = entry.problems;
  return row;
}

datasets::Result<Row> mini_row() {
  auto loaded = datasets::load(std::string(datasets::mini_name));
  if (!loaded) return tl::unexpected(loaded.error());
  Row row;
  row.name = loaded->dataset.name;
  row.licence = "Apache-2.0";
  row.sha256 = loaded->dataset.sha256;
  row.state = "embedded";
  row.problems = loaded->dataset.problems.size();
  return row;
}

void print_rows(const std::vector<Row>& rows, bool json) {
  if (!json) {
    fmt::print("{:<20} {:<9} {:>8}  {:<11} {}\n", "NAME", "VERSION", "PROBLEMS", "LICENCE", "STATE");
    for (const Row& row : rows)
      fmt::print("{:<20} {:<9} {:>8}  {:<11} {}\n", row.name, row.version, row.problems, row.licence, row.state);
    return;
  }
  const auto or_null = [](const std::string& text) {
    return text.empty() ? boost::json::value() : boost::json::value(text);
  };
  boost::json::array all;
  for (const Row& row : rows) {
    all.push_back({{"name", row.name},
                   {"version", or_null(row.version)},
                   {"problems", row.problems},
                   {"licence", row.licence},
                   {"address", or_null(row.address)},
                   {"sha256", row.sha256},
                   {"path", or_null(row.path)},
                   {"state", row.state}});
  }
  fmt::print("{}\n", boost::json::serialize(boost::json::object{{"datasets", std::move(all)}}));
}

/// Whether a file lies there; `verify` looks into it.
std::string glance(const Entry& entry) {
  const auto path = datasets::cache_path(entry);
  std::error_code ignored;
  return path && std::filesystem::exists(*path, ignored) ? "cached" : absent;
}

int list(const DatasetsOptions& options) {
  std::vector<Row> rows;
  for (const Entry& entry : datasets::registry()) rows.push_back(row_of(entry, glance(entry)));
  auto mini = mini_row();
  if (!mini) return fail_as_dataset(mini.error());
  rows.push_back(std::move(*mini));
  print_rows(rows, options.json);
  return 0;
}

/// Goes on after a failure, so that one unreachable server does not hide the rest; the first failure counts.
int fetch(const DatasetsOptions& options) {
  int code = 0;
  if (options.name == datasets::mini_name) fmt::print("mini: part of the command, nothing to fetch\n");
  for (const Entry* entry : chosen(options)) {
    const auto network = options.offline ? datasets::Network::forbidden : datasets::Network::allowed;
    const auto fetched = datasets::fetch(*entry, network);
    if (!fetched) {
      const int failed = fail_as_dataset(fetched.error());
      code = code == 0 ? failed : code;
      continue;
    }
    for (const std::string& warning : fetched->warnings) warn(warning);
    fmt::print("{}: {} {} ({} bytes)\n", entry->name, fetched->downloaded ? "downloaded to" : "already at",
               fetched->path.string(), fetched->content.size());
    std::fflush(stdout);
  }
  return code;
}

int verify(const DatasetsOptions& options) {
  std::vector<Row> rows;
  std::optional<datasets::Error> failure;
  for (const Entry* entry : chosen(options)) {
    const auto state = datasets::inspect(*entry);
    if (!state) return fail_as_dataset(state.error());
    rows.push_back(row_of(*entry, std::string(datasets::name(*state))));
    const bool wanted = !options.name.empty() && *state == datasets::Cached::absent;
    if (failure || (*state != datasets::Cached::altered && !wanted)) continue;
    failure = datasets::Error{wanted ? datasets::Errc::not_found : datasets::Errc::checksum,
                              fmt::format("{}: {} ({}); run `assay datasets fetch {}`", entry->name,
                                          wanted ? "not in the cache" : "its content is not what was published",
                                          datasets::cache_path(*entry)->string(), entry->name)};
  }
  if (options.name.empty() || options.name == datasets::mini_name) {
    auto mini = mini_row();
    if (!mini) return fail_as_dataset(mini.error());
    rows.push_back(std::move(*mini));
  }
  print_rows(rows, options.json);
  return failure ? fail_as_dataset(*failure) : 0;
}

int path(const DatasetsOptions& options) {
  if (options.name == datasets::mini_name)
    return fail_as_dataset(
        datasets::Error{datasets::Errc::not_found, "mini: it is part of the command and has no file"});
  const Entry& entry = *datasets::find_entry(options.name);
  const auto where = datasets::cache_path(entry);
  if (!where) return fail_as_dataset(where.error());
  if (glance(entry) == absent) {
    return fail_as_dataset(datasets::Error{
        datasets::Errc::not_found, fmt::format("{}: not in the cache ({}); run `assay datasets fetch {}`", entry.name,
                                               where->string(), entry.name)});
  }
  fmt::print("{}\n", where->string());
  return 0;
}

/// One of the four; `action` is what parsing it asks for.
CLI::App* add_action(CLI::App& command, DatasetsOptions& options, DatasetsAction action, const char* name,
                     const char* help) {
  CLI::App* added = command.add_subcommand(name, help);
  added->final_callback([&options, action] { options.action = action; });
  return added;
}

CLI::Option* add_name(CLI::App& action, DatasetsOptions& options, const char* help) {
  std::vector<std::string> names;
  for (const Entry& entry : datasets::registry()) names.emplace_back(entry.name);
  names.emplace_back(datasets::mini_name);
  return action.add_option("name", options.name, help)->check(one_of(names))->option_text("NAME");
}

}  // namespace

CLI::App* add_datasets(CLI::App& app, DatasetsOptions& options) {
  CLI::App* command =
      app.add_subcommand("datasets", "What data sets there are, where they lie, whether they are intact");
  command->require_subcommand(1);
  CLI::App* list =
      add_action(*command, options, DatasetsAction::list, "list", "All that are known, and which are cached");
  CLI::App* fetch =
      add_action(*command, options, DatasetsAction::fetch, "fetch", "Download into the cache what is not there");
  CLI::App* verify =
      add_action(*command, options, DatasetsAction::verify, "verify", "Compare cached files with their sha256");
  CLI::App* path = add_action(*command, options, DatasetsAction::path, "path", "Print where the cached file lies");
  add_name(*fetch, options, "one data set (default: all)");
  add_name(*verify, options, "one data set (default: all)");
  add_name(*path, options, "one data set")->required()->option_text("NAME REQUIRED");
  fetch->add_flag("--offline", options.offline, "never download: fail where a file is not cached");
  for (CLI::App* action : {list, verify})
    action->add_flag("--json", options.json, "print one JSON object instead (docs/json-output.md)");
  list->footer(
      "Examples:\n"
      "  assay datasets list\n"
      "  assay datasets list --json");
  fetch->footer(
      "Examples:\n"
      "  assay datasets fetch\n"
      "  assay datasets fetch humaneval\n"
      "  assay datasets fetch mbpp --offline");
  verify->footer(
      "Examples:\n"
      "  assay datasets verify\n"
      "  assay datasets verify humaneval --json");
  path->footer(
      "Example:\n"
      "  HUMANEVAL_OVERRIDE_PATH=$(assay datasets path humaneval) evalplus.evaluate --dataset humaneval ...");
  command->footer(
      "The cache is XDG_CACHE_HOME/assay, or ~/.cache/assay. ASSAY_DATASETS_MIRROR, an address of a folder with the\n"
      "same files, stands for the official addresses; a file with another sha256 is never kept.\n\n"
      "Exit codes: 0 done, 2 usage, 3 a file is absent, altered, or cannot be downloaded, 70 a bug of ours,\n"
      "74 standard output cannot be written.\n\n"
      "Examples:\n"
      "  assay datasets list\n"
      "  assay datasets fetch humaneval\n"
      "  assay datasets verify\n"
      "  HUMANEVAL_OVERRIDE_PATH=$(assay datasets path humaneval) evalplus.evaluate --dataset humaneval ...");
  return command;
}

int run_datasets(const DatasetsOptions& options) {
  switch (options.action) {
    case DatasetsAction::list:
      return list(options);
    case DatasetsAction::fetch:
      return fetch(options);
    case DatasetsAction::verify:
      return verify(options);
    case DatasetsAction::path:
      return path(options);
    case DatasetsAction::none:
      break;
  }
  return fail(Error{Errc::usage, "datasets: list, fetch, verify or path is missing"});
}

}  // namespace assay::harness
