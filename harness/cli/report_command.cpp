#include "harness/cli/report_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "harness/cli/failure.h"
#include "harness/cli/option_values.h"
#include "harness/cli/output_file.h"
#include "harness/cli/problem_texts.h"
#include "harness/errors.h"
#include "harness/run_results.h"
#include "harness/store/store.h"
#include "reports/output/run_html.h"
#include "reports/output/run_json.h"
#include "reports/output/run_markdown.h"
#include "reports/output/run_text.h"
#include "reports/runs/open_run.h"

namespace assay::harness {
namespace {

constexpr std::uint64_t most_report_k = 1'000'000;

std::string store_of(const ReportOptions& options) {
  return options.store.empty() ? default_store_path().string() : options.store;
}

Result<void> may_write_files(const ReportOptions& options) {
  std::vector<std::string> inputs = files_of_runs(options.runs, store_of(options));
  inputs.push_back(options.dataset);
  return may_write({{"--html", options.html, OutputKind::page}, {"--evalplus", options.evalplus, OutputKind::results}},
                   inputs);
}

Result<std::vector<reports::ReportedRun>> read_runs(const ReportOptions& options) {
  const std::string store = store_of(options);
  reports::ReadOptions how;
  if (!options.html.empty()) how.programs_a_problem = reports::PageBounds{}.programs_a_problem;
  if (!options.evalplus.empty()) how = reports::ReadOptions::everything();
  std::vector<reports::ReportedRun> all;
  for (const std::string& wanted : options.runs) {
    auto run = reports::open_run(wanted, store, how);
    if (!run) return tl::unexpected(of_reports(run.error()));
    if (!options.dataset.empty())
      if (const auto there = dataset_of(*run, options.dataset); !there) return tl::unexpected(there.error());
    auto summary = reports::summarize(*run, {options.level, options.ks});
    auto texts = options.html.empty() ? reports::ProblemTexts{} : problem_texts(*run, store, options.dataset);
    all.push_back({std::move(*run), std::move(summary), std::move(texts)});
  }
  return all;
}

Result<void> write_html(const ReportOptions& options, const std::vector<reports::ReportedRun>& runs) {
  if (options.html.empty()) return {};
  return write_output(options.html, reports::report_html(runs, options.level));
}

/// Without its data set the file lacks the inputs of failed tests, which is a warning: what counts is there.
Result<void> write_evalplus(const ReportOptions& options, const std::vector<reports::ReportedRun>& runs) {
  if (options.evalplus.empty()) return {};
  if (runs.size() != 1) return tl::unexpected(Error{Errc::usage, "--evalplus: a results file is of one run; name one"});
  const reports::Run& run = runs.front().run;
  std::optional<datasets::Dataset> dataset;
  if (!run.dataset_sha256.empty()) {
    auto found = dataset_of(run, options.dataset);
    if (found)
      dataset = std::move(*found);
    else if (!options.dataset.empty())
      return tl::unexpected(found.error());
    else if (needs_dataset(run))
      warn(found.error().message + "; inputs of failed tests are left out");
  }
  return write_run_results(options.evalplus, run, dataset ? &*dataset : nullptr);
}

void print(const ReportOptions& options, const std::vector<reports::ReportedRun>& runs) {
  if (options.json)
    fmt::print("{}\n", reports::report_json(runs, options.level));
  else if (options.markdown)
    fmt::print("{}", reports::report_markdown(runs, options.level));
  else if (options.csv)
    fmt::print("{}", reports::report_csv(runs));
  else
    fmt::print("{}", reports::report_text(runs, options.level));
}

}  // namespace

CLI::App* add_report(CLI::App& app, ReportOptions& options) {
  CLI::App* command =
      app.add_subcommand("report", "pass@k of runs with intervals, failures by cause, problem by problem");
  command
      ->add_option("runs", options.runs,
                   "runs of the store (name, id, or beginning of a name), EvalPlus results, or exported runs; several "
                   "with commas between them are pooled")
      ->type_name("RUN")
      ->required();
  command->add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  command->add_option("--k", options.ks, "values of k, by commas (default: 1, 2, 5, 10, … as far as samples go)")
      ->delimiter(',')
      ->check(in_range(std::uint64_t{1}, most_report_k));
  command->add_option("--level", options.level, "confidence level of the intervals")
      ->capture_default_str()
      ->check(in_range(0.5, 0.9999));
  auto* json = command->add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  auto* markdown = command->add_flag("--markdown", options.markdown, "print Markdown, below 1 MiB")->excludes(json);
  command->add_flag("--csv", options.csv, "print a row a problem")->excludes(json)->excludes(markdown);
  command
      ->add_option("--html", options.html,
                   "write a page too, with charts, prompts and programs; one file that needs no network")
      ->type_name("FILE");
  command->add_option("--evalplus", options.evalplus, "write the run as EvalPlus's eval_results.json, too")
      ->type_name("FILE");
  command
      ->add_option("--dataset", options.dataset,
                   "of the run, for prompts and tests in --html and --evalplus (default: the name that the run knows)")
      ->type_name("NAME|FILE");
  command->footer(
      "docs/reports.md shows the outputs, docs/statistics.md says how the figures are computed.\n\n"
      "Exit codes: 0 done, 2 usage, 3 a run or its data set cannot be read, 5 some samples of a run for\n"
      "--evalplus have no verdict, 70 a bug of ours, 74 store or file failed.\n\n"
      "Examples:\n"
      "  assay report 5196ceb542d2\n"
      "  assay report seed0,seed1,seed2 --k 1,3\n"
      "  assay report samples.eval_results.json --csv > problems.csv\n"
      "  assay report nightly --evalplus nightly.eval_results.json");
  return command;
}

int run_report(const ReportOptions& options) {
  if (const auto free = may_write_files(options); !free) return fail(free.error());
  const auto runs = read_runs(options);
  if (!runs) return fail(runs.error());
  if (const auto written = write_html(options, *runs); !written) return fail(written.error());
  if (const auto written = write_evalplus(options, *runs); !written) return fail(written.error());
  print(options, *runs);
  if (!options.ks.empty())
    for (const reports::ReportedRun& run : *runs)
      for (const std::string& text : reports::too_large_texts(run)) warn(text);
  return 0;
}

}  // namespace assay::harness
