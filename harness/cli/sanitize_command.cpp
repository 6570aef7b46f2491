#include "harness/cli/sanitize_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "datasets/load.h"
#include "harness/cli/failure.h"
#include "harness/cli/jail_options.h"
#include "harness/cli/option_values.h"
#include "harness/cli/output_file.h"
#include "harness/errors.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/python_json.h"
#include "harness/replace_file.h"
#include "harness/samples.h"
#include "harness/sanitize/needed_code.h"
#include "harness/sanitize/sanitize.h"
#include "harness/thread_body.h"
#include "reports/output/printable.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

/// The problems whose entry points are wanted, as one data set: tasks have other names in each.
Result<datasets::Dataset> load_problems(const SanitizeOptions& options) {
  std::vector<std::string> names = {"humaneval", "mbpp"};
  if (!options.dataset.empty()) names = {options.dataset};
  datasets::Dataset all;
  datasets::LoadOptions load_options;
  load_options.offline = options.offline;
  for (const std::string& name : names) {
    auto loaded = datasets::load(name, load_options);
    if (!loaded) return tl::unexpected(of_datasets(loaded.error()));
    for (const std::string& warning : loaded->warnings) warn(warning);
    all.name += (all.name.empty() ? "" : " and ") + loaded->dataset.name;
    std::ranges::move(loaded->dataset.problems, std::back_inserter(all.problems));
  }
  return all;
}

/// "samples.jsonl" to "samples-sanitized.jsonl", "folder" to "folder-sanitized". Source: evalplus/sanitize.py, script.
fs::path default_out(const fs::path& samples) {
  fs::path trimmed = samples.has_filename() ? samples : samples.parent_path();
  std::string name = trimmed.filename().string();
  const std::size_t end = name.find(".jsonl");
  name.insert(end == std::string::npos ? name.size() : end, "-sanitized");
  return trimmed.replace_filename(name);
}

/// What EvalPlus sanitizes: a completion stands a line below the prompt.
std::string answer_of(const Sample& sample) {
  if (sample.prompt_bytes == 0) return sample.solution;
  return std::string(sample.solution).insert(sample.prompt_bytes, "\n");
}

struct Sanitized {
  std::vector<std::string> programs;  ///< one a sample
  std::vector<std::string> warnings;  ///< of answers that are kept as they are
  std::size_t changed = 0;
};

/// All samples, as many at a time as the executor has slots. The first error that is not of one sample ends it.
class Sanitizing {
 public:
  Sanitizing(sandbox::Executor& executor, const datasets::Dataset& dataset, const std::vector<Sample>& samples,
             std::stop_token stop)
      : executor_(executor), samples_(samples), stop_(std::move(stop)) {
    for (const datasets::Problem& problem : dataset.problems) entry_points_[problem.task_id] = problem.entry_point;
    result_.programs.resize(samples.size());
  }

  Result<Sanitized> run() {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < executor_.slots(); ++i) threads.emplace_back([this] { work(); });
    }
    if (failure_) return tl::unexpected(*failure_);
    if (stop_.stop_requested()) return tl::unexpected(Error{Errc::interrupted, "sanitize: interrupted"});
    return std::move(result_);
  }

 private:
  void work() {
    const auto done = or_bug([this] { return sanitize_all(); });
    if (done) return;
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = done.error();
    ended_ = true;
  }

  Result<void> sanitize_all() {
    while (!stop_.stop_requested() && !ended_) {
      const std::size_t i = next_++;
      if (i >= samples_.size()) break;
      const Sample& sample = samples_[i];
      const std::string answer = answer_of(sample);
      auto program = sanitize(executor_, answer, entry_points_.at(sample.task_id), stop_);
      const std::lock_guard lock(mutex_);
      if (program) {
        result_.changed += *program != answer ? 1 : 0;
        result_.programs[i] = std::move(*program);
      } else if (program.error().code == Errc::bad_data) {
        result_.warnings.push_back(fmt::format("sample {} ({}) is kept as it is: {}", sample.number,
                                               sandbox::printable(sample.task_id), program.error().message));
        result_.programs[i] = answer;
      } else {
        return tl::unexpected(program.error());
      }
    }
    return {};
  }

  sandbox::Executor& executor_;
  const std::vector<Sample>& samples_;
  std::stop_token stop_;
  std::map<std::string, std::string> entry_points_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;  ///< of what follows
  Sanitized result_;
  std::optional<Error> failure_;
};

std::string line_of(const Sample& sample, const std::string& program) {
  std::string line = "{\"task_id\": ";
  append_json(line, sample.task_id);
  line += ", \"solution\": ";
  append_json(line, program);
  return line + "}\n";
}

Result<void> write_file(const fs::path& out, const std::vector<Sample>& samples, const Sanitized& sanitized) {
  ReplaceFile file(out);
  for (std::size_t i = 0; i < samples.size(); ++i) file.write(line_of(samples[i], sanitized.programs[i]));
  return file.finish();
}

/// To the descriptor that is there: opened by name a file would lose what it has. main() tells what cannot be written.
Result<void> print_lines(const std::vector<Sample>& samples, const Sanitized& sanitized) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::string line = line_of(samples[i], sanitized.programs[i]);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  return {};
}

/// DIR/HumanEval_0/0.py, as EvalPlus names them.
Result<void> write_folder(const fs::path& out, const std::vector<Sample>& samples, const Sanitized& sanitized) {
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::string task = samples[i].task_id;
    std::ranges::replace(task, '/', '_');
    std::error_code failed;
    fs::create_directories(out / task, failed);
    if (failed)
      return tl::unexpected(
          Error{Errc::io, fmt::format("{}: cannot be made: {}", (out / task).string(), failed.message())});
    ReplaceFile file(out / task / fmt::format("{}.py", counts[task]++));
    file.write(sanitized.programs[i]);
    if (auto written = file.finish(); !written) return written;
  }
  return {};
}

constexpr const char* standard_output = "-";

/// Asked before the work. @return Errc::usage where something would be lost: the answers themselves, whatever else is
/// asked for, or what is there already
Result<void> may_write_programs(const SanitizeOptions& options, const fs::path& out) {
  const auto refused = [&](const char* why) {
    return tl::unexpected(Error{Errc::usage, fmt::format("{}: {}", out.string(), why)});
  };
  if (auto free = is_no_input("--out", out.string(), {options.dataset}); !free) return free;
  std::error_code ignored;
  const bool folder = fs::is_directory(options.samples, ignored);
  const bool file = fs::is_regular_file(options.samples, ignored);
  if ((folder || file) && fs::equivalent(out, options.samples, ignored))  // by device and inode: links, too
    return refused("these are the samples themselves, which would be lost; give another --out");
  const bool folder_there = fs::is_directory(out, ignored);
  if (folder_there && !folder) return refused("is a folder; give a file as --out");
  const bool there = fs::is_regular_file(out, ignored) || (folder_there && !fs::is_empty(out, ignored));
  if (there && !options.force) return refused("is there already; give another --out, or --force to replace it");
  return {};
}

}  // namespace

CLI::App* add_sanitize(CLI::App& app, SanitizeOptions& options) {
  CLI::App* command =
      app.add_subcommand("sanitize", "Take the programs out of chat answers, as evalplus.sanitize does");
  command
      ->add_option("--samples", options.samples,
                   "samples: a .jsonl file, gzip or not, - for standard input, or a folder (as assay eval)")
      ->type_name("FILE|DIR")
      ->required();
  command
      ->add_option("--out", options.out,
                   "where the result goes, - for standard output (default: beside the samples, -sanitized in its name)")
      ->type_name("FILE|DIR");
  command->add_flag("--force", options.force, "replace what is there; never the samples themselves");
  command->add_option("--dataset", options.dataset,
                      "a data set's name or file, for the entry points (default: HumanEval+ and MBPP+)");
  command->add_flag("--offline", options.offline, "never download a data set");
  command->add_option("--parallel", options.jail.parallel, "how many at a time (default: one a core)")
      ->check(in_range(std::size_t{1}, std::size_t{1024}));
  command->add_option("--python", options.jail.python, "interpreter whose parser decides (default: the samples' own)")
      ->type_name("EXE");
  add_require_tier(*command, options.jail.require_tier);
  command->footer(
      "Of each answer: the longest run of lines that Python parses; of that, the imports and the definitions that the\n"
      "task's entry point needs. Nothing of an answer is run.\n\n"
      "Exit codes: 0 done, 2 usage, 3 bad input data, 4 sandbox unavailable, 70 a bug of ours, 74 the result cannot "
      "be\n"
      "written, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay sanitize --samples raw.jsonl --out samples.jsonl\n"
      "  assay sanitize --samples raw.jsonl --dataset humaneval --out - | head -n 1");
  return command;
}

int run_sanitize(const SanitizeOptions& options) {
  if (!have_tree_sitter()) return fail(needed_code("", "").error());
  if (options.samples == "-" && options.out.empty())
    return fail(Error{Errc::usage,
                      "sanitize: samples from standard input lie beside no file; give --out FILE, or - for standard "
                      "output"});
  const fs::path out = options.out.empty() ? default_out(options.samples) : fs::path(options.out);
  const bool to_output = out == standard_output;
  if (!to_output)
    if (const auto free = may_write_programs(options, out); !free) return fail(free.error());
  const auto dataset = load_problems(options);
  if (!dataset) return fail(dataset.error());
  SamplesOptions samples_options;
  samples_options.allow_missing = true;
  samples_options.tell_missing = false;
  const auto samples = read_samples(options.samples, *dataset, samples_options);
  if (!samples) return fail(samples.error());
  for (const std::string& warning : samples->warnings) warn(warning);

  sandbox::Options settings = sandbox_options(options.jail);
  settings.slots = std::min(std::max<std::size_t>(samples->samples.size(), 1), settings.slots);
  auto executor = sandbox::Executor::start(settings);
  if (!executor) return fail(of_sandbox(executor.error()));
  const Interrupt interrupt;
  const auto sanitized = Sanitizing(*executor, *dataset, samples->samples, interrupt.token()).run();
  if (!sanitized) return fail(sanitized.error());
  for (const std::string& warning : sanitized->warnings) warn(fmt::format("{}: {}", options.samples, warning));

  std::error_code ignored;
  const bool folder = fs::is_directory(options.samples, ignored);
  const auto written = to_output ? print_lines(samples->samples, *sanitized)
                                 : (folder ? write_folder : write_file)(out, samples->samples, *sanitized);
  if (!written) return fail(written.error());
  fmt::print(to_output ? stderr : stdout, "{} of {} samples changed; {}\n", sanitized->changed, samples->samples.size(),
             to_output ? "standard output has them" : reports::printable(out.string()));
  return 0;
}

}  // namespace assay::harness
