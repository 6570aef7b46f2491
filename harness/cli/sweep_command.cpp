#include "harness/cli/sweep_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "harness/cli/drawn_run.h"
#include "harness/cli/failure.h"
#include "harness/cli/generating.h"
#include "harness/cli/option_values.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/generation/http_client.h"
#include "harness/trace_source.h"
#include "reports/output/sweep_html.h"
#include "reports/output/sweep_text.h"
#include "reports/runs/open_run.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

/// The options of one temperature's run: files of its own in the folder, and its own name.
RunOptions options_at(const SweepOptions& sweep, double temperature) {
  RunOptions run = sweep.run;
  const std::string name = fmt::format("t{}", temperature);
  const fs::path folder = sweep.folder;
  run.generate.decoding.decoding.temperature = temperature;
  run.generate.out = (folder / (name + ".jsonl")).string();
  run.generate.traces = is_server(run.generate.model) ? "" : (folder / (name + ".traces.jsonl")).string();
  if (!sweep.run_prefix.empty()) run.eval.run = sweep.run_prefix + "-" + name;
  run.eval.report = EvalOptions::Report::none;
  run.eval.output_option = "--out";
  return run;
}

Result<std::vector<double>> rising(std::vector<double> temperatures) {
  std::ranges::sort(temperatures);
  if (std::ranges::adjacent_find(temperatures) != temperatures.end())
    return tl::unexpected(Error{Errc::usage, "--temperature: one of them stands there twice"});
  return temperatures;
}

Result<void> make_folder(const std::string& folder) {
  if (folder == "-") return tl::unexpected(Error{Errc::usage, "--out: is a folder of files; give one, not -"});
  std::error_code code;
  fs::create_directories(folder, code);
  if (!code) return {};
  return tl::unexpected(
      Error{Errc::io, fmt::format("{}: cannot be made: {}; give another --out", folder, code.message())});
}

std::string store_of(const SweepOptions& options) {
  const std::string& store = options.run.eval.store;
  return store.empty() ? default_store_path().string() : store;
}

Result<void> may_write_page(const SweepOptions& options) {
  std::vector<std::string> inputs = files_of_store(store_of(options));
  const GenerateOptions& generate = options.run.generate;
  inputs.insert(inputs.end(), {generate.dataset, generate.template_file, options.run.eval.data});
  return may_write({{"--html", options.html, OutputKind::page}}, inputs);
}

/// What one run tells, read back from the store.
Result<reports::SweepPoint> point_of(const SweepOptions& options, double temperature, const std::string& run,
                                     const std::string& store) {
  const auto read = reports::open_run(run, store, {});
  if (!read) return tl::unexpected(of_reports(read.error()));
  std::vector<reports::SampleArNess> traced;
  if (!is_server(options.run.generate.model)) {
    const auto got = for_each_trace(run, store, [&](const reports::Trace& trace) {
      traced.push_back(reports::sample_ar_ness(trace, reports::Positions::to_first_end, trace.end_tokens, options.ks));
    });
    if (!got) return tl::unexpected(got.error());
  }
  return reports::sweep_point(temperature, *read, traced, options.ks, {});
}

/// Points are held against each other: each has to have as many samples of as many problems.
Result<void> check_alike(const std::vector<reports::SweepPoint>& points) {
  for (const reports::SweepPoint& point : points) {
    const auto &first = points.front().summary, &other = point.summary;
    if (first.problems == other.problems && first.fewest == other.fewest && first.most == other.most) continue;
    const auto size = [](const reports::RunSummary& summary) {
      return fmt::format("{} to {} samples for each of {} problems", summary.fewest, summary.most, summary.problems);
    };
    return tl::unexpected(Error{Errc::refused, fmt::format("sweep: run {} has {}, run {} {}: draw both with the same "
                                                           "--n-samples and --limit, or start anew with another --out",
                                                           points.front().run, size(first), point.run, size(other))});
  }
  return {};
}

/// Draws and judges at each temperature; where some samples came to nothing at one, the others are still made.
/// @return an exit code that is not 0, or the names of the runs
struct Made {
  int code = 0;
  std::vector<std::string> runs;
};

Made make_runs(const SweepOptions& options, const std::vector<double>& temperatures,
               const std::shared_ptr<const datasets::Dataset>& dataset, const std::shared_ptr<EvalSession>& session) {
  const RunOptions first = options_at(options, temperatures.front());
  const auto draws = draws_of(first.generate, *dataset);
  if (!draws) return {fail(draws.error()), {}};
  const auto provider = provider_of(first.generate, session->interrupt.token());
  if (!provider) return {fail(provider.error()), {}};
  Made made;
  for (const double temperature : temperatures) {
    const RunOptions at = options_at(options, temperature);
    const EvalOptions eval = eval_options(at);
    (*provider)->set_temperature(temperature);
    EvalRun run(eval, dataset, session, {});
    if (!at.generate.quiet && !at.generate.json) fmt::print(stderr, "assay: temperature {}\n", temperature);
    const int code = make_drawn_run(at.generate, run, **provider, *draws);
    if (code != 0) made.code = code;
    if (code != 0 && code != exit_code(Errc::incomplete)) return made;
    made.runs.push_back(run.name());
  }
  return made;
}

}  // namespace

CLI::App* add_sweep(CLI::App& app, SweepOptions& options) {
  constexpr std::uint32_t samples = 10;
  options.run.generate.samples = samples;
  CLI::App* command =
      app.add_subcommand("sweep", "pass@k, diversity and order of decoding against the temperature: a run at each");
  add_generation(*command, options.run.generate);
  add_judging(*command, options.run.eval);
  for (const char* replaced : {"--temperature", "--out", "--traces", "--output", "--run"})
    command->remove_option(command->get_option(replaced));
  command->add_option("--temperature", options.temperatures, "temperatures, by commas")
      ->delimiter(',')
      ->required()
      ->check(in_range(0.0, 1e6));
  command
      ->add_option("--out", options.folder,
                   "folder of samples, traces and results; what it has already is neither drawn nor judged again")
      ->type_name("DIR")
      ->capture_default_str();
  command
      ->add_option("--run", options.run_prefix,
                   "the runs are NAME-t0.2 and so on (default: a hash of all that decides each)")
      ->type_name("NAME");
  command->add_option("--k", options.ks, "values of k of AR-ness, by commas")
      ->delimiter(',')
      ->capture_default_str()
      ->check(in_range(std::uint64_t{1}, std::uint64_t{4096}));
  command->add_option("--html", options.html, "write a page too, with charts; one file that needs no network")
      ->type_name("FILE");
  command->footer(
      "Takes the options of `assay run`; the model is loaded once. The engine's decode traces are kept with the runs.\n"
      "Ctrl-C loses nothing: the same command goes on, and one more temperature draws that one alone.\n\n"
      "Exit codes: 0 done, 2 usage, 3 bad input data, or other numbers of samples at the temperatures, 4 sandbox or\n"
      "server unavailable, 5 some samples have no verdict or could not be drawn, 70 a bug of ours, 74 the store or a "
      "file\n"
      "cannot be written, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay sweep --model DiffuCoder-7B-cpGRPO --dataset humaneval --temperature 0.2,0.6,1.0,1.2 --n-samples 10\n"
      "  assay sweep --model http://localhost:8000/v1 --dataset mbpp --temperature 0.2,0.8 --n-samples 20 --json");
  return command;
}

int run_sweep(const SweepOptions& options) {
  const auto temperatures = rising(options.temperatures);
  if (!temperatures) return fail(temperatures.error());
  for (const double temperature : *temperatures)
    if (const auto checked = check(options_at(options, temperature).generate); !checked) return fail(checked.error());
  if (const auto free = may_write_page(options); !free) return fail(free.error());
  if (const auto made = make_folder(options.folder); !made) return fail(made.error());
  const EvalOptions eval = eval_options(options_at(options, temperatures->front()));
  std::vector<std::string> warnings;
  auto dataset = load_dataset(eval, warnings);
  if (!dataset) return fail(dataset.error());
  for (const std::string& warning : warnings) warn(warning);
  const auto session = EvalSession::start(eval);
  if (!session) return fail(session.error());
  const Made made =
      make_runs(options, *temperatures, std::make_shared<const datasets::Dataset>(std::move(*dataset)), *session);
  if (made.code != 0) return made.code;
  reports::Sweep sweep{eval.dataset, shown_address(options.run.generate.model), {}};
  const std::string store = store_of(options);
  for (std::size_t i = 0; i < made.runs.size(); ++i) {
    auto point = point_of(options, (*temperatures)[i], made.runs[i], store);
    if (!point) return fail(point.error());
    sweep.points.push_back(std::move(*point));
  }
  if (const auto alike = check_alike(sweep.points); !alike) return fail(alike.error());
  if (!options.html.empty())
    if (const auto written = write_output(options.html, reports::sweep_html(sweep)); !written)
      return fail(written.error());
  if (options.run.generate.json)
    fmt::print("{}\n", reports::sweep_json(sweep));
  else
    fmt::print("{}", reports::sweep_text(sweep));
  return 0;
}

}  // namespace assay::harness
