#include "harness/cli/runs_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "harness/cli/failure.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/replace_file.h"
#include "harness/run_import.h"
#include "harness/store/store.h"
#include "reports/output/figures.h"
#include "reports/output/json_text.h"
#include "reports/output/printable.h"
#include "reports/runs/run_file.h"
#include "reports/runs/store_run.h"

namespace assay::harness {
namespace {

using RunsAction = RunsOptions::Action;
using reports::Connection;
using reports::printable;
using reports::StoredRun;

std::string store_of(const RunsOptions& options) {
  return options.store.empty() ? default_store_path().string() : options.store;
}

std::string run_json(const StoredRun& run) {
  return reports::JsonObject()
      .add_count("id", static_cast<std::uint64_t>(run.id))
      .add_text("run", run.name)
      .add_text("dataset", run.dataset)
      .add_text("dataset_sha256", run.dataset_sha256)
      .add_text("samples_sha256", run.samples_sha256)
      .add_text("limits", run.limits)
      .add_text("interpreter", run.fingerprint)
      .add_text("created", run.created)
      .add_count("samples", run.samples)
      .add_count("judged", run.judged)
      .add("pass_at_1",
           reports::JsonObject().add_number("base", run.base_pass_at_1).add_number("plus", run.plus_pass_at_1).str())
      .str();
}

std::string score_text(const std::optional<double>& score) { return score ? reports::percent(*score) : "-"; }

void print_list(const RunsOptions& options, const std::vector<StoredRun>& runs) {
  if (options.json) {
    std::vector<std::string> rows;
    for (const StoredRun& run : runs) rows.push_back(run_json(run));
    fmt::print("{}\n", reports::JsonObject().add("runs", reports::json_array(rows)).str());
    return;
  }
  if (runs.empty()) {
    fmt::print("no runs yet in {}; assay eval makes one\n", printable(store_of(options)));
    return;
  }
  std::size_t width = 3;
  for (const StoredRun& run : runs) width = std::max(width, printable(run.name).size());
  fmt::print("{:>4}  {:<{}}  {:<20} {:>8} {:>8} {:>11} {:>11}  {}\n", "ID", "RUN", width, "DATA SET", "SAMPLES",
             "JUDGED", "BASE PASS@1", "PLUS PASS@1", "CREATED");
  for (const StoredRun& run : runs)
    fmt::print("{:>4}  {:<{}}  {:<20} {:>8} {:>8} {:>11} {:>11}  {}\n", run.id, printable(run.name), width,
               printable(run.dataset), run.samples, run.judged, score_text(run.base_pass_at_1),
               score_text(run.plus_pass_at_1), printable(run.created));
}

/// A store that is not there yet has no runs, which is no failure.
int list(const RunsOptions& options) {
  const std::string path = store_of(options);
  std::error_code ignored;
  std::vector<StoredRun> all;
  if (std::filesystem::exists(path, ignored)) {
    auto store = Connection::open(path, Connection::Access::read);
    if (!store) return fail(of_reports(store.error()));
    auto runs = reports::list_runs(*store);
    if (!runs) return fail(of_reports(runs.error()));
    all = std::move(*runs);
    for (StoredRun& run : all)
      if (const auto added = reports::add_scores(*store, run); !added) return fail(of_reports(added.error()));
  }
  print_list(options, all);
  return 0;
}

int show(const RunsOptions& options, Connection& store) {
  auto run = reports::find_run(store, options.names.front());
  if (!run) return fail(of_reports(run.error()));
  if (const auto added = reports::add_scores(store, *run); !added) return fail(of_reports(added.error()));
  if (options.json) {
    fmt::print("{}\n", run_json(*run));
    return 0;
  }
  fmt::print("run          {} (id {})\ndata set     {}, sha256 {}\n", printable(run->name), run->id,
             printable(run->dataset), printable(run->dataset_sha256));
  fmt::print("samples      {}, {} judged; sha256 {}\n", run->samples, run->judged, printable(run->samples_sha256));
  fmt::print("pass@1       base {}, plus {}\n", score_text(run->base_pass_at_1), score_text(run->plus_pass_at_1));
  fmt::print("limits       {}\ninterpreter  {}\ncreated      {}\n", printable(run->limits), printable(run->fingerprint),
             printable(run->created));
  return 0;
}

/// All are found before one is removed. What is gone is gone, so that no name stands for another here.
int remove(const RunsOptions& options, Connection& store) {
  std::vector<StoredRun> runs;
  for (const std::string& name : options.names) {
    auto run = reports::find_exact_run(store, name);
    if (!run) return fail(of_reports(run.error()));
    const auto same = [&](const StoredRun& other) { return other.id == run->id; };
    if (std::none_of(runs.begin(), runs.end(), same)) runs.push_back(std::move(*run));
  }
  for (const StoredRun& run : runs) {
    if (const auto removed = reports::remove_run(store, run); !removed) return fail(of_reports(removed.error()));
    fmt::print("{}: removed, {} samples\n", printable(run.name), run.samples);
  }
  return 0;
}

int export_run(const RunsOptions& options, Connection& store) {
  const bool to_output = options.output.empty() || options.output == "-";
  if (!to_output)
    if (const auto free = may_write({{"--output", options.output, OutputKind::run}}, files_of_store(store_of(options)));
        !free)
      return fail(free.error());
  const auto stored = reports::find_run(store, options.names.front());
  if (!stored) return fail(of_reports(stored.error()));
  const auto run = reports::read_stored_run(store, *stored, reports::ReadOptions::everything());
  if (!run) return fail(of_reports(run.error()));
  if (to_output) {  // to the descriptor that is there: opened by name a file would lose what it has
    reports::write_run_file(*run, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stdout); });
    return 0;
  }
  ReplaceFile file(options.output);
  reports::write_run_file(*run, [&](std::string_view line) { file.write(line); });
  const auto written = file.finish();
  return written ? 0 : fail(written.error());
}

int import(const RunsOptions& options) {
  const std::string& path = options.names.front();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return fail(Error{Errc::bad_data, path + ": no such file; give one that `assay runs export` wrote"});
  if (!reports::is_run_file(path))
    return fail(Error{Errc::bad_data, fmt::format("{}: no run that `assay runs export` wrote; results of EvalPlus need "
                                                  "no import, reports read the file itself",
                                                  path)});
  const auto run = reports::read_run_file(path, reports::ReadOptions::everything());
  if (!run) return fail(of_reports(run.error()));
  auto store = Store::open(store_of(options));
  if (!store) return fail(store.error());
  const std::string name = options.rename.empty() ? run->name : options.rename;
  const auto imported = import_run(*store, *run, name);
  if (!imported) return fail(imported.error());
  fmt::print("{}: {} samples in {}\n", printable(name), reports::sample_count(*run), printable(store_of(options)));
  return 0;
}

CLI::App* add_action(CLI::App& command, RunsOptions& options, RunsAction action, const char* name, const char* help) {
  CLI::App* added = command.add_subcommand(name, help);
  added->final_callback([&options, action] { options.action = action; });
  added->add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  return added;
}

}  // namespace

CLI::App* add_runs(CLI::App& app, RunsOptions& options) {
  CLI::App* command = app.add_subcommand("runs", "What the store keeps: list, show, rm, export, import");
  command->require_subcommand(1);
  CLI::App* list = add_action(*command, options, RunsAction::list, "list", "All runs, newest last");
  CLI::App* show =
      add_action(*command, options, RunsAction::show, "show", "What decided a run's results, and how far it is");
  CLI::App* rm = add_action(*command, options, RunsAction::rm, "rm", "Remove runs with all their results");
  CLI::App* out = add_action(*command, options, RunsAction::export_run, "export", "Write a run as a file of its own");
  CLI::App* in = add_action(*command, options, RunsAction::import_run, "import", "Take such a file into the store");
  const char* run_help = "name, id, or beginning of a name";
  for (CLI::App* action : {show, out})
    action->add_option("run", options.names, run_help)->type_name("RUN")->required()->expected(1);
  rm->add_option("run", options.names, "a whole name, or an id as id:3")->type_name("RUN")->required();
  in->add_option("file", options.names, "a file that export wrote, gzip or not")
      ->type_name("FILE")
      ->required()
      ->expected(1);
  for (CLI::App* action : {list, show})
    action->add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  out->add_option("--output", options.output, "default, and -: standard output")->type_name("FILE");
  in->add_option("--run", options.rename, "its name in this store (default: the one it had)")->type_name("NAME");
  list->footer(
      "Examples:\n"
      "  assay runs list\n"
      "  assay runs list --store results.db --json");
  show->footer(
      "Examples:\n"
      "  assay runs show nightly\n"
      "  assay runs show 5196ceb542d2 --json");
  rm->footer(
      "Examples:\n"
      "  assay runs rm base\n"
      "  assay runs rm id:3 id:4 id:5 --store results.db");
  out->footer(
      "Examples:\n"
      "  assay runs export nightly --output nightly.run.jsonl\n"
      "  assay runs export nightly | gzip > nightly.run.jsonl.gz");
  in->footer(
      "Examples:\n"
      "  assay runs import nightly.run.jsonl\n"
      "  assay runs import base.run.jsonl.gz --run base");
  command->footer(
      "`assay report` and `assay compare` read an exported run without an import.\n\n"
      "Exit codes: 0 done, 2 usage, 3 no such run or file, 70 a bug of ours, 74 store or file failed.\n\n"
      "Examples:\n"
      "  assay runs list\n"
      "  assay runs export 5196ceb542d2 --output base.run.jsonl\n"
      "  assay runs import base.run.jsonl --run base\n"
      "  assay runs rm base");
  return command;
}

int run_runs(const RunsOptions& options) {
  if (options.action == RunsAction::import_run) return import(options);
  if (options.action == RunsAction::list) return list(options);
  const auto access = options.action == RunsAction::rm ? Connection::Access::write : Connection::Access::read;
  auto store = Connection::open(store_of(options), access);
  if (!store) return fail(of_reports(store.error()));
  switch (options.action) {
    case RunsAction::show:
      return show(options, *store);
    case RunsAction::rm:
      return remove(options, *store);
    case RunsAction::export_run:
      return export_run(options, *store);
    case RunsAction::list:
    case RunsAction::import_run:
    case RunsAction::none:
      break;
  }
  return fail(Error{Errc::usage, "runs: list, show, rm, export or import is missing"});
}

}  // namespace assay::harness
