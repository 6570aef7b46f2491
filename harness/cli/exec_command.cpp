#include "harness/cli/exec_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>

#include "harness/cli/failure.h"
#include "harness/cli/jail_options.h"
#include "harness/cli/option_values.h"
#include "harness/cli/terminal_text.h"
#include "harness/escape_utf8.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/input_file.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

using sandbox::Status;

constexpr std::uint64_t most_program_bytes = 16 << 20, most_input_bytes = 256 << 20;

struct Word {
  Status status;
  const char* word;
};

constexpr Word words[] = {
    {Status::ok, "ok"},
    {Status::failed, "failed"},
    {Status::load_failed, "failed"},
    {Status::exited, "failed"},
    {Status::call_timeout, "timeout"},
    {Status::set_timeout, "timeout"},
    {Status::memory, "memory"},
    {Status::crash, "crash"},
    {Status::forbidden, "forbidden"},
    {Status::output_limit, "output_limit"},
};

const char* word_of(Status status) {
  for (const Word& row : words)
    if (row.status == status) return row.word;
  return "error";
}

/// The kinds by name, commas between them; empty for none.
std::string attempts_text(sandbox::Attempts attempts) {
  std::string text;
  for (const sandbox::Attempt kind : attempts.kinds())
    text += fmt::format("{}{}", text.empty() ? "" : ", ", sandbox::name(kind));
  return text;
}

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

/// Writes what the program wrote, byte for byte; to a terminal, nothing that would steer it.
void show(const std::string& text, std::FILE* stream) {
  const std::string shown = is_terminal(stream) ? terminal_text(text) : text;
  std::fwrite(shown.data(), 1, shown.size(), stream);
  std::fflush(stream);
}

/// Whether a terminal's last line still waits for its end.
bool line_is_open(const sandbox::Outcome& outcome) {
  const bool err_last = !outcome.err.empty(), shown = is_terminal(err_last ? stderr : stdout);
  const std::string& last = err_last ? outcome.err : outcome.out;
  return shown && is_terminal(stderr) && !last.empty() && last.back() != '\n';
}

void print_plain(const sandbox::Outcome& outcome) {
  show(outcome.out, stdout);
  show(outcome.err, stderr);
  if (line_is_open(outcome)) std::fputc('\n', stderr);
  std::string line = fmt::format("assay: exec: {}", word_of(outcome.status));
  if (outcome.signal != 0)
    line += fmt::format(", signal {}", outcome.signal);
  else if (outcome.exit_code != 0)
    line += fmt::format(", exit code {}", outcome.exit_code);
  if (!outcome.detail.empty()) line += fmt::format(" ({})", sandbox::printable(outcome.detail));
  if (const std::string tried = attempts_text(outcome.attempts); !tried.empty()) line += "; attempts: " + tried;
  line += fmt::format("; {:.3f} s CPU, {:.3f} s wall, {:.1f} MiB at most{}", outcome.cpu_seconds, outcome.wall_seconds,
                      static_cast<double>(outcome.memory_peak_bytes) / (1 << 20),
                      outcome.truncated ? "; output was cut at its limit" : "");
  fmt::print(stderr, "{}\n", line);
}

/// JSON for a run that the sandbox itself failed.
std::string failure_json(const sandbox::Error& error) {
  boost::json::object object;
  object["status"] = "error";
  object["message"] = escape_invalid_utf8(error.message);
  return boost::json::serialize(object);
}

Result<sandbox::ProgramJob> job_of(const ExecOptions& options) {
  if (options.program == "-" && options.input == "-")
    return tl::unexpected(
        Error{Errc::usage, "exec: program and --stdin cannot both be -; give a file for one of them"});
  auto program = read_input(options.program, most_program_bytes);
  if (!program) return tl::unexpected(program.error());
  sandbox::ProgramJob job;
  job.program = std::move(*program);
  if (!options.input.empty()) {
    auto input = read_input(options.input, most_input_bytes);
    if (!input) return tl::unexpected(input.error());
    job.input = std::move(*input);
  }
  job.time_limit = std::chrono::milliseconds(std::llround(options.seconds * 1000));
  return job;
}

}  // namespace

std::string exec_json(const sandbox::Outcome& outcome) {
  boost::json::object object;
  object["status"] = word_of(outcome.status);
  // Killed, by the program's own doing or by a limit, it has no exit code of its own.
  const bool ended_itself = outcome.status == Status::ok || outcome.status == Status::failed;
  object["exit_code"] = ended_itself && outcome.signal == 0 ? boost::json::value(outcome.exit_code) : nullptr;
  object["signal"] = outcome.signal != 0 ? boost::json::value(outcome.signal) : nullptr;
  object["detail"] = sandbox::printable(outcome.detail);
  object["stdout"] = escape_invalid_utf8(outcome.out);
  object["stderr"] = escape_invalid_utf8(outcome.err);
  object["truncated"] = outcome.truncated;
  object["cpu_seconds"] = outcome.cpu_seconds;
  object["wall_seconds"] = outcome.wall_seconds;
  object["memory_peak_bytes"] = outcome.memory_peak_bytes;
  boost::json::array attempts;
  for (const sandbox::Attempt kind : outcome.attempts.kinds()) attempts.emplace_back(sandbox::name(kind));
  object["attempts"] = std::move(attempts);
  return boost::json::serialize(object);
}

CLI::App* add_exec(CLI::App& app, ExecOptions& options) {
  CLI::App* command = app.add_subcommand("exec", "Run one program in the jail and show its output and outcome");
  command->add_option("program", options.program, "Python file to run, or - for standard input")
      ->type_name("FILE|-")
      ->required();
  command->add_option("--python", options.jail.python, "interpreter to run it with (default: the samples' own)")
      ->type_name("EXE");
  command->add_option("--stdin", options.input, "file that the program reads as its standard input, or -")
      ->type_name("FILE|-");
  command->add_option("--time", options.seconds, "seconds that it may take, by the sandbox's clock")
      ->capture_default_str()
      ->check(in_range(0.001, 3600.0));
  add_memory_limit(*command, options.jail.memory_bytes);
  add_require_tier(*command, options.jail.require_tier);
  command->add_flag("--json", options.json, "print one JSON object instead (docs/json-output.md)");
  command->footer(
      "Exit codes: 0 an outcome is known, whatever it is, 2 usage, 3 a file cannot be read, 4 sandbox unavailable,\n"
      "70 a bug of ours, 74 standard output cannot be written, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay exec program.py\n"
      "  echo 'print(input())' | assay exec --stdin lines.txt --json -");
  return command;
}

int run_exec(const ExecOptions& options) {
  const auto job = job_of(options);
  if (!job) return fail(job.error());
  sandbox::Options settings = sandbox_options(options.jail);
  settings.slots = 1;
  auto executor = sandbox::Executor::start(settings);
  const Interrupt interrupt;
  const auto outcome = executor ? executor->run(*job, interrupt.token())
                                : sandbox::Result<sandbox::Outcome>(tl::unexpected(executor.error()));
  if (!outcome) {
    if (options.json) fmt::print("{}\n", failure_json(outcome.error()));
    return fail(of_sandbox(outcome.error()));
  }
  if (options.json)
    fmt::print("{}\n", exec_json(*outcome));
  else
    print_plain(*outcome);
  return 0;
}

}  // namespace assay::harness
