#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>

#include "harness/cli/generate_command.h"
#include "harness/cli/jail_options.h"
#include "harness/cli/option_values.h"
#include "harness/cli/run_command.h"

namespace assay::harness {
namespace {

void add_what(CLI::App& command, GenerateOptions& options) {
  command.add_option("--model", options.model, "a Hugging Face folder of a Dream model, or http://HOST/v1 of a server")
      ->type_name("DIR|URL")
      ->required();
  command
      .add_option("--dataset", options.dataset,
                  "humaneval, mbpp, mini, … (as assay eval), or a file of any of their formats")
      ->type_name("NAME|FILE")
      ->required();
  command.add_option("--n-samples", options.samples, "samples a problem")
      ->capture_default_str()
      ->check(in_range(1U, 100'000U));
  command.add_option("--limit", options.limit, "the first N problems only (default: all)")
      ->type_name("N")
      ->check(in_range(std::size_t{1}, std::size_t{1} << 32));
  command.add_option("--out", options.out, "samples go here as they come; what it has already is not drawn again")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_flag("--force", options.force, "replace a file of other samples");
  command
      .add_option("--traces", options.traces,
                  "write how each sample was decoded (docs/generating.md); run keeps it in the store, too")
      ->type_name("FILE");
  const std::map<std::string, PromptForm> forms = {
      {"base", PromptForm::base}, {"chat", PromptForm::chat}, {"diffucoder", PromptForm::diffucoder}};
  auto* form = command
                   .add_option("--prompt", options.prompt,
                               "how the problem is put (default: chat where the model has a chat form)")
                   ->transform(one_of(forms))
                   ->option_text("base|chat|diffucoder");
  command.add_option("--template", options.template_file, "a prompt of your own, with {{prompt}} in it")
      ->type_name("FILE")
      ->excludes(form);
  command.add_flag("--no-sanitize", options.no_sanitize, "keep the answers as they are");
}

void add_servers(CLI::App& command, GenerateOptions& options) {
  command.add_option("--model-name", options.model_name, "of a server's models (default: its first)")
      ->type_name("NAME");
  command.add_option("--concurrency", options.concurrency, "requests to a server at once")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1024}));
  command.add_option("--requests-per-minute", options.requests_a_minute, "at most (default: no limit)")
      ->check(in_range(0.001, 1e9));
  command.add_option("--retries", options.retries, "of a request that a server was too busy for, or that got lost")
      ->capture_default_str()
      ->check(in_range(0, 1000));
  command.add_option("--api-key-env", options.key_variable, "environment variable that holds a server's key")
      ->type_name("NAME")
      ->capture_default_str();
}

// What the other kind of model has no use for, and must not be thought to heed.
constexpr const char* engine_options[] = {
    "--alg",    "--steps",    "--block-length", "--cache",      "--threshold",
    "--top-k",  "--alg-temp", "--eps",          "--stop-early", "--batch-size",
    "--device", "--dtype",    "--threads",      "--traces",     "--batch-invariant",
};
constexpr const char* server_options[] = {
    "--model-name", "--concurrency", "--requests-per-minute", "--retries", "--api-key-env",
};

std::string given(const CLI::App& command, std::span<const char* const> names) {
  std::string list;
  for (const char* name : names)
    if (const CLI::Option* option = command.get_option_no_throw(name); option && option->count() > 0)
      list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

}  // namespace

void add_generation(CLI::App& command, GenerateOptions& options) {
  add_what(command, options);
  add_decoding_flags(command, options.decoding);
  command.add_option("--batch-size", options.batch, "rows decoded together (default: 16, fewer where memory is short)")
      ->check(in_range(std::size_t{1}, std::size_t{1} << 16));
  add_engine_flags(command, options.engine);
  add_servers(command, options);
  command.add_flag("--offline", options.offline, "never download a data set");
  command.add_option("--parallel", options.jail.parallel, "programs looked at at once (default: one a core)")
      ->check(in_range(std::size_t{1}, std::size_t{1024}));
  command.add_option("--python", options.jail.python, "the samples' interpreter (default: their own environment)")
      ->type_name("EXE");
  add_require_tier(command, options.jail.require_tier);
  command.add_flag("--json", options.json, "print one JSON object (docs/json-output.md)");
  command.add_flag("-q,--quiet", options.quiet, "no progress");
  command.final_callback([&command, &options] {
    options.engine_given = given(command, engine_options);
    options.server_given = given(command, server_options);
  });
}

CLI::App* add_generate(CLI::App& app, GenerateOptions& options) {
  CLI::App* command = app.add_subcommand("generate", "Draw samples from a model: the diffusion engine, or a server");
  add_generation(*command, options);
  command->footer(
      "Ctrl-C loses nothing: the same command goes on. A sample is a function of model, prompt, options, seed, problem "
      "and\n"
      "number; neither the batch nor what else is drawn changes it. A server takes --temperature, --top-p,\n"
      "--max-new-tokens and --seed; other options of the engine are refused.\n"
      "Exit codes: 0 done, 2 usage, 3 bad input data, 4 sandbox or server unavailable, 5 a server had no answer for "
      "some\n"
      "samples (the others are written, the same command tries these), 70 a bug of ours, 74 a file cannot be written,\n"
      "130 interrupted.\n\n"
      "Examples:\n"
      "  assay generate --model DiffuCoder-7B-cpGRPO --dataset humaneval --prompt diffucoder --out samples.jsonl\n"
      "  assay generate --model DIR --dataset mbpp --n-samples 10 --temperature 0.4 --block-length 32 --cache dual\n"
      "  assay generate --model http://localhost:8000/v1 --dataset humaneval --max-new-tokens 1024");
  return command;
}

CLI::App* add_run(CLI::App& app, RunOptions& options) {
  CLI::App* command =
      app.add_subcommand("run", "generate and eval at once: samples are judged while the model goes on");
  add_generation(*command, options.generate);
  add_judging(*command, options.eval);
  command->footer(
      "Ctrl-C loses nothing: the same command goes on with samples and verdicts. --force replaces a samples file of\n"
      "another model or other options, and a results file of another run, and forgets samples that the run in the "
      "store\n"
      "has and the file lacks.\n\n"
      "Exit codes: 0 done, 2 usage, 3 bad input data, 4 sandbox or server unavailable, 5 some samples have no verdict "
      "or\n"
      "could not be drawn, 70 a bug of ours, 74 the store or a file cannot be written, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay run --model DiffuCoder-7B-cpGRPO --dataset humaneval --prompt diffucoder --out samples.jsonl\n"
      "  assay run --model http://localhost:8000/v1 --dataset mbpp --n-samples 10 --temperature 0.8 --run nightly");
  return command;
}

}  // namespace assay::harness
