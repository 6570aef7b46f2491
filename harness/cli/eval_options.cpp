#include "harness/cli/eval_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "harness/cli/jail_options.h"
#include "harness/cli/option_values.h"

namespace assay::harness {
namespace {

constexpr std::size_t most_slots = 1024;
constexpr unsigned most_k = 1'000'000;

void add_what(CLI::App& command, EvalOptions& options) {
  command
      .add_option("--dataset", options.dataset,
                  "humaneval, mbpp (base + plus tests), humaneval-mini, humaneval-noextreme, mbpp-noextreme, "
                  "humaneval-original, mbpp-original, mbpp-sanitized, mini, or a file of any of their formats")
      ->type_name("NAME|FILE")
      ->required();
  command
      .add_option("--samples", options.samples,
                  "samples.jsonl, - for standard input, or a folder as EvalPlus lays it out")
      ->type_name("FILE|DIR")
      ->required();
  command.add_flag("--offline", options.offline, "never download");
  command.add_flag("--allow-missing", options.allow_missing, "go on where some tasks have no sample");
}

void add_how(CLI::App& command, EvalOptions& options) {
  command.add_option("--parallel", options.jail.parallel, "samples judged at once (default: one a core)")
      ->check(in_range(std::size_t{1}, most_slots));
  const std::map<std::string, WorkOrder> orders = {{"longest-first", WorkOrder::longest_first},
                                                   {"as-given", WorkOrder::as_given}};
  command.add_option("--order", options.order, "which samples run first: longest-first ends soonest (default)")
      ->transform(one_of(orders))
      ->option_text("longest-first|as-given");
  command.add_option("--python", options.jail.python, "the samples' interpreter (default: their own environment)")
      ->type_name("EXE");
  add_require_tier(command, options.jail.require_tier);
  command.add_flag("--force", options.force, "overwrite a results file that another run wrote");
  command.add_option("--k", options.ks, "of the pass@k at the end, by commas (default: 1,10,100, as EvalPlus prints)")
      ->delimiter(',')
      ->check(in_range(1U, most_k));
  command.add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  auto* quiet = command.add_flag("-q,--quiet", options.quiet, "no progress");
  command.add_flag("-v,--verbose", options.verbose, "say more of what is done")->excludes(quiet);
}

}  // namespace

void add_judging(CLI::App& command, EvalOptions& options) {
  command.add_flag("--base-only", options.base_only, "run the base tests alone");
  auto* mini = command.add_flag("--mini", options.mini, "EvalPlus's smaller set of plus tests");
  command.add_flag("--noextreme", options.noextreme, "EvalPlus's set without extreme tests")->excludes(mini);
  command.add_option("--data", options.data, "read that data set's content from this file")->type_name("FILE");
  command.add_option("--min-time-limit", options.limits.min_seconds, "seconds that every call or test has at least")
      ->capture_default_str()
      ->check(in_range(0.001, 3600.0));
  command
      .add_option("--gt-time-limit-factor", options.limits.factor,
                  "a call's or test's limit as a multiple of the canonical solution's time")
      ->capture_default_str()
      ->check(in_range(0.001, 1e6));
  add_memory_limit(command, options.jail.memory_bytes);
  command.add_flag("--test-details", options.test_details, "run every test and report all that fail");
  command.add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  command.add_option("--run", options.run, "the run's name (default: a hash of all that decides its results)")
      ->type_name("NAME");
  command.add_option("--output", options.output, "results in EvalPlus's format (default: beside the samples)")
      ->type_name("FILE");
}

CLI::App* add_eval(CLI::App& app, EvalOptions& options) {
  CLI::App* command = app.add_subcommand("eval", "Judge samples against a data set and print pass@k");
  add_what(*command, options);
  add_judging(*command, options);
  add_how(*command, options);
  command->footer(
      "The same command resumes a run that was interrupted, and repeats nothing that was kept.\n\n"
      "Exit codes: 0 done, 2 usage, 3 bad input data, 4 sandbox unavailable, 5 some samples have no verdict,\n"
      "70 a bug of ours, 74 the store or the results cannot be written, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay eval --dataset humaneval --samples samples.jsonl\n"
      "  assay eval --dataset mbpp --samples samples/ --parallel 8 --test-details\n"
      "  zcat all.jsonl.gz | assay eval --dataset humaneval --samples - --output results.json\n"
      "  assay eval --dataset mini --samples samples.jsonl --json --quiet");
  return command;
}

}  // namespace assay::harness
