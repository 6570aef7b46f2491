/// The `assay` command: reads its arguments, hands over to one subcommand, and returns that one's exit code.
#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "harness/cli/compare_command.h"
#include "harness/cli/datasets_command.h"
#include "harness/cli/doctor_command.h"
#include "harness/cli/eval_command.h"
#include "harness/cli/exec_command.h"
#include "harness/cli/failure.h"
#include "harness/cli/generate_command.h"
#include "harness/cli/model_command.h"
#include "harness/cli/report_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/runs_command.h"
#include "harness/cli/sanitize_command.h"
#include "harness/cli/serve_command.h"
#include "harness/cli/sweep_command.h"
#include "harness/cli/traces_command.h"
#include "harness/errors.h"

namespace {

using namespace assay::harness;

int run(int argc, char** argv) {
  CLI::App app{"Scores programs that language models write: jailed, faithful to EvalPlus, steady under load", "assay"};
  app.set_version_flag("--version", "assay " ASSAY_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  assay eval --dataset humaneval --samples samples.jsonl\n"
      "  assay generate --model DIR --dataset humaneval --out samples.jsonl\n"
      "  assay report RUN\n"
      "  assay compare BASE NEW --fail-on-regression\n"
      "  assay exec program.py\n"
      "  assay serve --port 8000\n"
      "  assay datasets list\n"
      "  assay doctor\n\n"
      "assay COMMAND --help says more.");
  EvalOptions eval_options;
  ExecOptions exec_options;
  DatasetsOptions datasets_options;
  ReportOptions report_options;
  CompareOptions compare_options;
  RunsOptions runs_options;
  SanitizeOptions sanitize_options;
  ServeOptions serve_options;
  TracesOptions traces_options;
  GenerateOptions generate_options;
  RunOptions run_options;
  SweepOptions sweep_options;
  ModelOptions model_options;
  DoctorOptions doctor_options;
  const CLI::App* eval = add_eval(app, eval_options);
  const CLI::App* exec = add_exec(app, exec_options);
  const CLI::App* datasets = add_datasets(app, datasets_options);
  const CLI::App* report = add_report(app, report_options);
  const CLI::App* compare = add_compare(app, compare_options);
  const CLI::App* runs = add_runs(app, runs_options);
  const CLI::App* sanitize = add_sanitize(app, sanitize_options);
  const CLI::App* serve = add_serve(app, serve_options);
  const CLI::App* traces = add_traces(app, traces_options);
  const CLI::App* generate = add_generate(app, generate_options);
  const CLI::App* run_app = add_run(app, run_options);
  const CLI::App* sweep = add_sweep(app, sweep_options);
  const CLI::App* model = add_model(app, model_options);
  const CLI::App* doctor = add_doctor(app, doctor_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return fail({Errc::usage, message + "; assay --help and assay COMMAND --help say more"});
  }
  if (eval->parsed()) return run_eval(eval_options);
  if (exec->parsed()) return run_exec(exec_options);
  if (datasets->parsed()) return run_datasets(datasets_options);
  if (report->parsed()) return run_report(report_options);
  if (compare->parsed()) return run_compare(compare_options);
  if (runs->parsed()) return run_runs(runs_options);
  if (sanitize->parsed()) return run_sanitize(sanitize_options);
  if (serve->parsed()) return run_serve(serve_options);
  if (traces->parsed()) return run_traces(traces_options);
  if (generate->parsed()) return run_generate(generate_options);
  if (run_app->parsed()) return run_run(run_options);
  if (sweep->parsed()) return run_sweep(sweep_options);
  if (model->parsed()) return run_model(model_options);
  if (doctor->parsed()) return run_doctor(doctor_options);
  return exit_code(Errc::usage);
}

}  // namespace

int main(int argc, char** argv) {
  // Results of many megabytes come and go: memory given back each time would be faulted in again each time.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "assay: bug: {}; please report it with the command that led here\n", error.what());
  } catch (...) {
    fmt::print(stderr, "assay: bug: an unknown exception; please report it with the command that led here\n");
  }
  return exit_code(Errc::bug);
}
