#include "harness/cli/model_command.h"

#include <CLI/CLI.hpp>

#include "harness/cli/failure.h"

namespace assay::harness {
namespace {

struct Action {
  CLI::App* (*add)(CLI::App& model, ModelOptions& options);
  int (*run)(const ModelOptions& options);
};

constexpr Action actions[] = {
    {[](CLI::App& model, ModelOptions& options) { return add_info(model, options.inspect); },
     [](const ModelOptions& options) { return run_info(options.inspect); }},
    {[](CLI::App& model, ModelOptions& options) { return add_logits(model, options.inspect); },
     [](const ModelOptions& options) { return run_logits(options.inspect); }},
    {[](CLI::App& model, ModelOptions& options) { return add_trace(model, options.inspect); },
     [](const ModelOptions& options) { return run_trace(options.inspect); }},
    {[](CLI::App& model, ModelOptions& options) { return add_tokenize(model, options.tokenize); },
     [](const ModelOptions& options) { return run_tokenize(options.tokenize); }},
    {[](CLI::App& model, ModelOptions& options) { return add_detokenize(model, options.tokenize); },
     [](const ModelOptions& options) { return run_detokenize(options.tokenize); }},
};

}  // namespace

CLI::App* add_model(CLI::App& app, ModelOptions& options) {
  CLI::App* command = app.add_subcommand("model", "Looks into a Hugging Face model folder");
  command->require_subcommand(1);
  for (const Action& action : actions)
    action.add(*command, options)->final_callback([&options, &action] { options.run = action.run; });
  command->footer(
      "Exit codes: 0 done, 2 usage, or this build has no engine, 3 the model or the input cannot be read, 70 a bug of "
      "ours,\n"
      "74 standard output cannot be written.\n\n"
      "Examples:\n"
      "  assay model info DiffuCoder-7B-Instruct\n"
      "  echo '{\"text\": \"def f(x):\"}' | assay model tokenize DiffuCoder-7B-Instruct\n"
      "  echo '[[1, 2, 3], [4]]' | assay model logits DiffuCoder-7B-Instruct --ids -");
  return command;
}

int run_model(const ModelOptions& options) {
  if (options.run) return options.run(options);
  return fail({Errc::usage, "model: a subcommand is missing; assay model --help lists them"});
}

}  // namespace assay::harness
