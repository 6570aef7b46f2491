#include "harness/cli/compare_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "harness/cli/failure.h"
#include "harness/cli/option_values.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/store/store.h"
#include "reports/output/comparison_html.h"
#include "reports/output/comparison_json.h"
#include "reports/output/comparison_markdown.h"
#include "reports/output/comparison_text.h"
#include "reports/output/ctrf.h"
#include "reports/output/junit.h"
#include "reports/output/problems_data.h"
#include "reports/results/comparison.h"
#include "reports/runs/open_run.h"

namespace assay::harness {
namespace {

constexpr std::size_t most_runs = 200;

using Comparisons = std::vector<reports::Comparison>;

std::string store_of(const CompareOptions& options) {
  return options.store.empty() ? default_store_path().string() : options.store;
}

Result<Comparisons> compare_all(const CompareOptions& options) {
  const std::string store = store_of(options);
  if (options.runs.size() % 2 != 0)
    return tl::unexpected(
        Error{Errc::usage, fmt::format("compare: runs come in pairs, BASE NEW [BASE NEW]...; {} {} given",
                                       options.runs.size(), options.runs.size() == 1 ? "is" : "are")});
  if (options.runs.size() > most_runs)
    return tl::unexpected(Error{Errc::usage, fmt::format("compare: {} runs are given, at most {} are compared together",
                                                         options.runs.size(), most_runs)});
  reports::CompareOptions how;
  how.metric = reports::metric_from(options.metric);
  how.alpha = options.alpha;
  how.max_drop_points = options.max_drop;
  reports::ReadOptions reading;
  if (!options.html.empty()) reading.programs_a_problem = reports::PageBounds{}.programs_a_problem;
  Comparisons comparisons;
  for (std::size_t i = 0; i < options.runs.size(); i += 2) {
    const auto base = reports::open_run(options.runs[i], store, reading);
    if (!base) return tl::unexpected(of_reports(base.error()));
    const auto newer = reports::open_run(options.runs[i + 1], store, reading);
    if (!newer) return tl::unexpected(of_reports(newer.error()));
    auto comparison = reports::compare(*base, *newer, how);
    if (!comparison) return tl::unexpected(of_reports(comparison.error()));
    comparisons.push_back(std::move(*comparison));
  }
  if (comparisons.size() > 1) reports::adjust_together(comparisons);
  return comparisons;
}

Result<void> write_files(const CompareOptions& options, const Comparisons& comparisons, const reports::Gates& gates) {
  if (!options.junit.empty())
    if (auto written = write_output(options.junit, reports::junit_xml(comparisons, gates)); !written) return written;
  if (!options.html.empty())
    if (auto written = write_output(options.html, reports::comparison_html(comparisons, gates)); !written)
      return written;
  if (options.ctrf.empty()) return {};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const reports::CtrfFrame frame{ASSAY_VERSION, std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  return write_output(options.ctrf, reports::ctrf_json(comparisons, gates, frame));
}

void print(const CompareOptions& options, const Comparisons& comparisons, const reports::Gates& gates) {
  const bool plain = !options.json && !options.markdown;
  if (options.json)
    fmt::print("{}\n", reports::comparison_json(comparisons, gates));
  else if (options.markdown)
    fmt::print("{}", reports::comparison_markdown(comparisons, gates));
  else
    fmt::print("{}", reports::comparison_text(comparisons));
  // A runner reads both streams; a file of JSON or Markdown stays clean.
  if (options.annotations) fmt::print(plain ? stdout : stderr, "{}", reports::github_annotations(comparisons, gates));
}

/// All gates that fired in one line.
std::optional<Error> gate_error(const Comparisons& comparisons, const reports::Gates& gates) {
  std::string why;
  for (const reports::Comparison& comparison : comparisons)
    for (const std::string& gate : reports::fired_gates(comparison, gates)) why += (why.empty() ? "" : "; ") + gate;
  return why.empty() ? std::nullopt : std::optional(Error{Errc::gate, "compare: " + why});
}

void add_gates(CLI::App& command, CompareOptions& options) {
  command.add_flag("--fail-on-regression", options.fail_on_regression,
                   "end with 1 where the verdict is regressed, and on nothing less");
  command
      .add_option("--max-drop", options.max_drop,
                  "end with 1 where the score fell by more than so many points, proven or not")
      ->check(in_range(0.0, 100.0));
  command.add_option("--alpha", options.alpha, "one-sided level of the tests")
      ->capture_default_str()
      ->check(in_range(1e-6, 0.4999));
  command
      .add_option("--metric", options.metric,
                  "base.pass@K or plus.pass@K (default: plus.pass@1, base.pass@1 where there are no plus tests)")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return reports::metric_from(text) ? std::string() : refusal("base.pass@K or plus.pass@K", text);
          },
          "METRIC"));
}

void add_outputs(CLI::App& command, CompareOptions& options) {
  auto* json = command.add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  command.add_flag("--markdown", options.markdown, "print Markdown for a job's summary, below 1 MiB")->excludes(json);
  command.add_flag("--annotations", options.annotations, "print GitHub's workflow commands, at most ten a kind");
  command.add_option("--junit", options.junit, "write JUnit XML")->type_name("FILE");
  command
      .add_option("--html", options.html,
                  "write a page too, with a chart and the programs that flipped; one file that needs no network")
      ->type_name("FILE");
  command.add_option("--ctrf", options.ctrf, "write the Common Test Report Format, JSON")->type_name("FILE");
}

}  // namespace

CLI::App* add_compare(CLI::App& app, CompareOptions& options) {
  CLI::App* command =
      app.add_subcommand("compare", "Is the new run better or worse than the base, and how sure is that");
  command
      ->add_option("runs", options.runs, "base and new: as in `assay report`; several pairs are tested together (Holm)")
      ->type_name("BASE NEW")
      ->required()
      ->expected(-1);
  command->add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  add_gates(*command, options);
  add_outputs(*command, options);
  command->footer(
      "A run with other data, other limits, or fewer problems than its base is refused, not compared.\n\n"
      "Exit codes: 0 done, 1 a gate fired, 2 usage, 3 a run cannot be read or compared, 70 a bug of ours,\n"
      "74 store or file failed.\n\n"
      "Examples:\n"
      "  assay compare base.eval_results.json new.eval_results.json\n"
      "  assay compare main-seed0,main-seed1 pr-seed0,pr-seed1 --fail-on-regression --max-drop 3\n"
      "  assay compare main pr --markdown >> \"$GITHUB_STEP_SUMMARY\"");
  return command;
}

int run_compare(const CompareOptions& options) {
  const auto free = may_write({{"--junit", options.junit, OutputKind::junit},
                               {"--html", options.html, OutputKind::page},
                               {"--ctrf", options.ctrf, OutputKind::ctrf}},
                              files_of_runs(options.runs, store_of(options)));
  if (!free) return fail(free.error());
  const auto comparisons = compare_all(options);
  if (!comparisons) return fail(comparisons.error());
  const reports::Gates gates{options.fail_on_regression};
  print(options, *comparisons, gates);
  if (const auto written = write_files(options, *comparisons, gates); !written) return fail(written.error());
  const auto fired = gate_error(*comparisons, gates);
  return fired ? fail(*fired) : 0;
}

}  // namespace assay::harness
