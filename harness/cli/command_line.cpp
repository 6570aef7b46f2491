#include "harness/cli/command_line.h"

#include <memory>

#include "harness/cli/compare_command.h"
#include "harness/cli/completion_command.h"
#include "harness/cli/datasets_command.h"
#include "harness/cli/doctor_command.h"
#include "harness/cli/eval_command.h"
#include "harness/cli/exec_command.h"
#include "harness/cli/generate_command.h"
#include "harness/cli/help_format.h"
#include "harness/cli/model_command.h"
#include "harness/cli/report_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/runs_command.h"
#include "harness/cli/sanitize_command.h"
#include "harness/cli/serve_command.h"
#include "harness/cli/sweep_command.h"
#include "harness/cli/traces_command.h"
#include "harness/errors.h"

namespace assay::harness {

CommandLine::CommandLine()
    : app_("Scores programs that language models write: jailed, faithful to EvalPlus, steady under load", "assay") {
  app_.formatter(std::make_shared<HelpFormat>());
  app_.require_subcommand(1);
  app_.footer(
      "Examples:\n"
      "  assay eval --dataset humaneval --samples samples.jsonl\n"
      "  assay generate --model DIR --dataset humaneval --out samples.jsonl\n"
      "  assay report RUN\n"
      "  assay compare BASE NEW --fail-on-regression\n"
      "  assay exec program.py\n"
      "  assay serve --port 8000\n"
      "  assay datasets list\n"
      "  assay doctor\n\n"
      "assay help COMMAND, or assay COMMAND --help, says more.");
  const auto add = [this]<class Options>(CLI::App* (*command)(CLI::App&, Options&), int (*act)(const Options&)) {
    const auto options = std::make_shared<Options>();
    commands_.emplace_back(command(app_, *options), [options, act] { return act(*options); });
  };
  add(add_eval, run_eval);
  add(add_exec, run_exec);
  add(add_datasets, run_datasets);
  add(add_report, run_report);
  add(add_compare, run_compare);
  add(add_runs, run_runs);
  add(add_sanitize, run_sanitize);
  add(add_serve, run_serve);
  add(add_traces, run_traces);
  add(add_generate, run_generate);
  add(add_run, run_run);
  add(add_sweep, run_sweep);
  add(add_model, run_model);
  add(add_doctor, run_doctor);
  add(add_completion, run_completion);
}

int CommandLine::run() const {
  for (const auto& [command, act] : commands_)
    if (command->parsed()) return act();
  return exit_code(Errc::usage);
}

}  // namespace assay::harness
