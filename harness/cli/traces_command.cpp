#include "harness/cli/traces_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>

#include "engine/tokenizer/tokenizer.h"
#include "harness/cli/failure.h"
#include "harness/cli/option_values.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/store/store.h"
#include "harness/trace_source.h"
#include "reports/decoding/decoding_statistics.h"
#include "reports/output/decoding_html.h"

namespace assay::harness {
namespace {

constexpr std::uint64_t most_traced_k = 4096;

struct Traces {
  std::vector<reports::SampleArNess> samples;
  std::size_t without_end = 0;  ///< of which no end token is known
};

std::vector<std::int64_t> end_tokens_of(const TracesOptions& options, const reports::Trace& trace) {
  return options.end_tokens.empty() ? trace.end_tokens : options.end_tokens;
}

reports::Positions positions_of(const TracesOptions& options) {
  return options.all_positions ? reports::Positions::all : reports::Positions::to_first_end;
}

std::string store_of(const TracesOptions& options) {
  return options.store.empty() ? default_store_path().string() : options.store;
}

/// @param use of each trace, besides, with its end tokens
Result<Traces> read_traces(const TracesOptions& options,
                           const std::function<void(const reports::Trace&, const std::vector<std::int64_t>&)>& use) {
  Traces traces;
  const auto read = for_each_trace(options.source, store_of(options), [&](const reports::Trace& trace) {
    const auto ends = end_tokens_of(options, trace);
    traces.without_end += ends.empty() ? 1 : 0;
    traces.samples.push_back(reports::sample_ar_ness(trace, positions_of(options), ends, options.ks));
    if (use) use(trace, ends);
  });
  if (!read) return tl::unexpected(read.error());
  if (traces.without_end > 0 && !options.all_positions)
    warn(fmt::format("{}: {} of {} traces name no end token, so all their positions count; --end-tokens names some",
                     options.source, traces.without_end, traces.samples.size()));
  return traces;
}

/// The model's, or without one a token's id.
Result<reports::TokenText> token_text(const TracesOptions& options) {
  const auto number = [](std::int64_t token) { return fmt::format("#{} ", token); };
  if (options.model.empty()) return reports::TokenText(number);
  auto loaded = engine::Tokenizer::load(options.model);
  if (!loaded) return tl::unexpected(of_engine(loaded.error()));
  return reports::TokenText(
      [number, tokenizer = std::make_shared<engine::Tokenizer>(std::move(*loaded))](std::int64_t token) {
        if (token < 0 || token >= tokenizer->end()) return number(token);
        const auto id = static_cast<engine::TokenId>(token);
        return tokenizer->decode({&id, 1});
      });
}

int write_page(const TracesOptions& options) {
  const bool to_output = options.output == "-";
  if (!to_output)
    if (const auto free = may_write({{"--output", options.output, OutputKind::page}},
                                    files_of_runs({options.source}, store_of(options)));
        !free)
      return fail(free.error());
  const auto text = token_text(options);
  if (!text) return fail(text.error());
  reports::ReplayBounds bounds;
  bounds.samples = options.replays;
  reports::TextBudget budget(bounds.text_bytes);
  reports::DecodingPage page;
  page.source = options.source;
  const auto traces = read_traces(options, [&](const reports::Trace& trace, const std::vector<std::int64_t>& ends) {
    page.heat.add(trace, positions_of(options), ends);
    if (page.replays.size() < bounds.samples) page.replays.push_back(replay_of(trace, *text, bounds, budget));
  });
  if (!traces) return fail(traces.error());
  page.pooled = reports::pooled(traces->samples, options.ks);
  if (to_output) {
    fmt::print("{}", reports::decoding_html(page));
    return 0;
  }
  const auto written = write_output(options.output, reports::decoding_html(page));
  return written ? 0 : fail(written.error());
}

int print_stats(const TracesOptions& options) {
  const auto traces = read_traces(options, {});
  if (!traces) return fail(traces.error());
  const auto pool = reports::pooled(traces->samples, options.ks);
  if (options.json)
    fmt::print("{}\n", reports::ar_ness_json(traces->samples, pool));
  else
    fmt::print("{}", reports::ar_ness_text(traces->samples, pool));
  return 0;
}

/// What both subcommands take.
void add_reading(CLI::App& command, TracesOptions& options) {
  command
      .add_option("source", options.source,
                  "traces, a JSON object a line (.jsonl or .jsonl.gz), or a run of the store that keeps them")
      ->type_name("FILE|RUN")
      ->required();
  command.add_option("--store", options.store, "SQLite file that keeps results (default: in XDG's data folder)")
      ->type_name("FILE");
  command.add_option("--k", options.ks, "values of k, by commas")
      ->delimiter(',')
      ->capture_default_str()
      ->check(in_range(std::uint64_t{1}, most_traced_k));
  command.add_flag("--all-positions", options.all_positions, "count what follows the first end token too");
  command
      .add_option("--end-tokens", options.end_tokens,
                  "ids of tokens that end a sequence, by commas (default: what the trace's options name)")
      ->delimiter(',')
      ->check(in_range(std::int64_t{0}, std::int64_t{1} << 40));
}

void add_html(CLI::App& command, TracesOptions& options) {
  constexpr std::size_t most_replays = 100;
  CLI::App* html =
      command.add_subcommand("html", "A page: AR-ness, the order of filling, and samples' denoising step by step");
  add_reading(*html, options);
  html->add_option("--output", options.output, "the page, one file that needs no network; - for standard output")
      ->type_name("FILE")
      ->required();
  html->add_option("--model", options.model,
                   "Hugging Face folder whose tokenizer says what tokens are (default: their ids)")
      ->type_name("DIR");
  html->add_option("--samples", options.replays, "of the first samples the denoising can be followed")
      ->capture_default_str()
      ->check(in_range(std::size_t{0}, most_replays));
  html->callback([&options] { options.page = true; });
  html->footer(
      "Examples:\n"
      "  assay traces html traces.jsonl --model DiffuCoder-7B-cpGRPO --output decoding.html\n"
      "  assay traces html nightly --store results.db --output decoding.html --samples 3");
}

}  // namespace

CLI::App* add_traces(CLI::App& app, TracesOptions& options) {
  CLI::App* command = app.add_subcommand("traces", "How samples were decoded: figures and a page from decode traces");
  command->require_subcommand(1);
  CLI::App* stats = command->add_subcommand("stats", "How autoregressive the decoding was: local and global AR-ness@k");
  add_reading(*stats, options);
  stats->add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  stats->footer(
      "local: the k positions filled just before are the k to the left. local_run: fills in runs of k + 1, each one "
      "to\n"
      "the right of the one before. global: the position is among the k leftmost unfilled. docs/statistics.md\n\n"
      "Examples:\n"
      "  assay traces stats traces.jsonl --k 1,2,4\n"
      "  assay traces stats traces.jsonl --all-positions --json\n"
      "  assay traces stats nightly --store results.db");
  add_html(*command, options);
  command->footer(
      "Exit codes: 0 done, 2 usage, 3 traces cannot be read, or there are none, 70 a bug of ours, 74 store or file "
      "failed.\n\n"
      "Examples:\n"
      "  assay traces stats traces.jsonl --k 1,2,4\n"
      "  assay traces html traces.jsonl --model DiffuCoder-7B-cpGRPO --output decoding.html");
  return command;
}

int run_traces(const TracesOptions& options) { return options.page ? write_page(options) : print_stats(options); }

}  // namespace assay::harness
