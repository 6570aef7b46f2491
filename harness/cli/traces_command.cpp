#include "harness/cli/traces_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "harness/cli/failure.h"
#include "harness/store/store.h"
#include "harness/trace_source.h"
#include "reports/decoding/decoding_statistics.h"

namespace assay::harness {
namespace {

constexpr std::uint64_t most_k = 4096;

struct Traces {
  std::vector<reports::SampleArNess> samples;
  std::size_t without_end = 0;  ///< of which no end token is known
};

std::vector<std::int64_t> end_tokens_of(const TracesOptions& options, const reports::Trace& trace) {
  return options.end_tokens.empty() ? trace.end_tokens : options.end_tokens;
}

Result<Traces> read_traces(const TracesOptions& options) {
  const auto positions = options.all_positions ? reports::Positions::all : reports::Positions::to_first_end;
  Traces traces;
  const std::string store = options.store.empty() ? default_store_path().string() : options.store;
  const auto read = for_each_trace(options.source, store, [&](const reports::Trace& trace) {
    const auto ends = end_tokens_of(options, trace);
    const auto order = reports::fill_order(trace, positions, ends);
    traces.without_end += ends.empty() ? 1 : 0;
    traces.samples.push_back(
        {trace.task_id, trace.sample_id, trace.numbered, order.size(), reports::ar_ness(order, options.ks)});
  });
  if (!read) return tl::unexpected(read.error());
  return traces;
}

}  // namespace

CLI::App* add_traces(CLI::App& app, TracesOptions& options) {
  CLI::App* command = app.add_subcommand("traces", "How samples were decoded: figures from decode traces");
  command->require_subcommand(1);
  CLI::App* stats = command->add_subcommand("stats", "How autoregressive the decoding was: local and global AR-ness@k");
  stats
      ->add_option("source", options.source,
                   "traces, a JSON object a line (.jsonl or .jsonl.gz), or a run of the store that keeps them")
      ->type_name("FILE|RUN")
      ->required();
  stats->add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  stats->add_option("--k", options.ks, "values of k, by commas")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, most_k));
  stats->add_flag("--all-positions", options.all_positions, "count what follows the first end token too");
  stats
      ->add_option("--end-tokens", options.end_tokens,
                   "ids of tokens that end a sequence, by commas (default: what the trace's options name)")
      ->delimiter(',');
  stats->add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  stats->footer(
      "local: the k positions filled just before are the k to the left. local_run: fills in runs of k + 1, each one "
      "to\n"
      "the right of the one before. global: the position is among the k leftmost unfilled. docs/statistics.md\n\n"
      "Examples:\n"
      "  assay traces stats traces.jsonl --k 1,2,4\n"
      "  assay traces stats traces.jsonl --all-positions --json\n"
      "  assay traces stats nightly --store results.db");
  return command;
}

int run_traces(const TracesOptions& options) {
  const auto traces = read_traces(options);
  if (!traces) return fail(traces.error());
  if (traces->without_end > 0 && !options.all_positions)
    warn(fmt::format("{}: {} of {} traces name no end token, so all their positions count; --end-tokens names some",
                     options.source, traces->without_end, traces->samples.size()));
  const auto pool = reports::pooled(traces->samples, options.ks);
  if (options.json)
    fmt::print("{}\n", reports::ar_ness_json(traces->samples, pool));
  else
    fmt::print("{}", reports::ar_ness_text(traces->samples, pool));
  return 0;
}

}  // namespace assay::harness
