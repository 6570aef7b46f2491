#include "harness/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <variant>

#include "datasets/json_reader.h"
#include "harness/line_file.h"
#include "harness/samples_folder.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

// All samples are held at once; a file beyond this is not one of samples.
constexpr std::uint64_t most_program_bytes = 16ULL << 30;
constexpr std::size_t most_values_a_line = 4U << 20;
constexpr std::size_t most_names_told = 5;

tl::unexpected<Error> bad(std::string message) { return tl::unexpected(Error{Errc::bad_data, std::move(message)}); }

tl::unexpected<std::string> wrong_line(std::string what) { return tl::unexpected(std::move(what)); }

/// What one line says.
struct SampleRow {
  std::string task_id;
  std::optional<std::string> solution, completion;
};

bool is_blank_line(std::string_view line) { return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos; }

/// Takes a key's string out; a program that is null is absent, as a table of both columns is exported. @return what is
/// wrong with it, or nothing.
std::string take_string(datasets::Dict& object, std::string_view key, std::optional<std::string>& into) {
  for (auto& [name, value] : object.items) {
    if (std::get<datasets::String>(name.data).utf8 != key) continue;
    if (std::holds_alternative<datasets::None>(value.data) && key != "task_id") continue;
    auto* string = std::get_if<datasets::String>(&value.data);
    if (!string && std::holds_alternative<datasets::List>(value.data) && key != "task_id")
      return fmt::format("\"{}\" is a list, not a string; several samples of a task are several lines", key);
    if (!string) return fmt::format("\"{}\" is not a string", key);
    into = std::move(string->utf8);
  }
  return {};
}

/// @return what is wrong with the line, or its row.
tl::expected<SampleRow, std::string> parse(std::string_view line) {
  if (const std::size_t at = datasets::invalid_utf8(line); at != std::string_view::npos)
    return wrong_line(fmt::format("byte {} of the line is not UTF-8", at));
  std::size_t budget = most_values_a_line;
  datasets::JsonReader reader(line, budget);
  auto value = reader.value();
  if (!value)
    return wrong_line(fmt::format("not JSON: {} at byte {} of the line", value.error().what, value.error().offset));
  if (!reader.at_end())
    return wrong_line(fmt::format("not JSON: more text after the value, at byte {} of the line", reader.offset()));
  auto* object = std::get_if<datasets::Dict>(&value->data);
  if (!object) return wrong_line("not a JSON object; a line is {\"task_id\": …, \"solution\": …}");
  std::optional<std::string> task;
  SampleRow row;
  for (const auto& [key, into] :
       {std::pair{"task_id", &task}, {"solution", &row.solution}, {"completion", &row.completion}})
    if (std::string wrong = take_string(*object, key, *into); !wrong.empty()) return wrong_line(std::move(wrong));
  if (!task) return wrong_line("\"task_id\" is not given; add it");
  if (!row.solution && !row.completion)
    return wrong_line("neither \"solution\" nor \"completion\" is given; add one of them");
  row.task_id = std::move(*task);
  return row;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most_names_told); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", sandbox::printable(names[i]));
  return names.size() > most_names_told ? text + ", …" : text;
}

/// By what their tasks' ids begin with.
constexpr std::pair<std::string_view, std::string_view> known_ids[] = {
    {"HumanEval/", "humaneval"}, {"Mbpp/", "mbpp"}, {"Mini/", "mini"}};

/// Gathers samples by the data set's tasks.
class Gatherer {
 public:
  Gatherer(std::string path, const datasets::Dataset& dataset) : path_(std::move(path)), dataset_(dataset) {
    for (const datasets::Problem& problem : dataset.problems) {
      tasks_.try_emplace(problem.task_id, Task{&problem, false});
      std::string folder = problem.task_id;
      std::replace(folder.begin(), folder.end(), '/', '_');
      folders_.try_emplace(std::move(folder), problem.task_id);
    }
  }

  /// The task that a folder is named after; one that the data set does not have is a guess, for messages.
  std::string task_of_folder(const std::string& folder) const {
    const auto found = folders_.find(folder);
    if (found != folders_.end()) return found->second;
    std::string guess = folder;
    if (const std::size_t at = guess.rfind('_'); at != std::string::npos) guess[at] = '/';
    return guess;
  }

  /// @return what is wrong, or nothing.
  std::string add(SampleRow row) {
    if (count_ == std::numeric_limits<std::uint32_t>::max()) return "too many samples";
    const std::uint32_t number = ++count_;
    const auto task = tasks_.find(row.task_id);
    if (task == tasks_.end()) {
      ++unknown_;
      if (unknown_names_.size() <= most_names_told &&
          std::find(unknown_names_.begin(), unknown_names_.end(), row.task_id) == unknown_names_.end())
        unknown_names_.push_back(std::move(row.task_id));
      return {};
    }
    task->second.seen = true;
    const std::string prompt = row.solution ? "" : prompt_of(*task->second.problem);
    std::string program = row.solution ? std::move(*row.solution) : prompt + *row.completion;
    bytes_ += program.size();
    if (bytes_ > most_program_bytes) return fmt::format("more than {} bytes of programs in all", most_program_bytes);
    const auto ordinal = static_cast<std::uint32_t>(read_.samples.size());
    read_.samples.push_back({std::move(row.task_id), std::move(program), ordinal, prompt.size(), number});
    return {};
  }

  Result<Samples> finish(const SamplesOptions& options) {
    std::vector<std::string> missing;
    for (const datasets::Problem& problem : dataset_.problems)
      if (!tasks_.at(problem.task_id).seen) missing.push_back(problem.task_id);
    const auto without = [&] {
      return fmt::format("{}: {} of {} tasks of {} {} no sample ({})", path_, missing.size(), dataset_.problems.size(),
                         dataset_.name, missing.size() == 1 ? "has" : "have", list_of(missing));
    };
    if (read_.samples.empty() && (options.want_any || !options.allow_missing || unknown_ > 0)) return bad(none());
    if (unknown_ > 0)
      read_.warnings.push_back(fmt::format("{}: {} for tasks that are not in {} ({}); {} left out", path_,
                                           unknown_ == 1 ? "1 sample is" : fmt::format("{} samples are", unknown_),
                                           dataset_.name, list_of(unknown_names_),
                                           unknown_ == 1 ? "it is" : "they are"));
    if (missing.empty()) return std::move(read_);
    if (!options.allow_missing) return bad(without() + "; add them, or give --allow-missing");
    if (options.tell_missing) read_.warnings.push_back(without());
    return std::move(read_);
  }

 private:
  struct Task {
    const datasets::Problem* problem;
    bool seen;
  };

  /// What is said of a file without any sample of the data set's tasks.
  std::string none() const {
    if (unknown_ == 0) return path_ + ": is empty: there is no sample in it";
    std::string text =
        fmt::format("{}: no sample is for a task of {}, which are like {}; they are for {}", path_, dataset_.name,
                    sandbox::printable(dataset_.problems.front().task_id), list_of(unknown_names_));
    for (const auto& [ids, name] : known_ids)
      if (unknown_names_.front().starts_with(ids) && !dataset_.name.starts_with(name))
        text += fmt::format(": --dataset {} has such tasks", name);
    return text;
  }

  /// Where problems are tested by asserts the prompt is plain words, and the completion a whole program.
  static std::string prompt_of(const datasets::Problem& problem) {
    return problem.kind == datasets::TestKind::assertions ? "" : problem.prompt;
  }

  std::string path_;
  const datasets::Dataset& dataset_;
  std::unordered_map<std::string, Task> tasks_;
  std::unordered_map<std::string, std::string> folders_;
  Samples read_;
  std::uint32_t count_ = 0;  ///< unknown tasks' samples, too
  std::uint64_t bytes_ = 0;
  std::size_t unknown_ = 0;
  std::vector<std::string> unknown_names_;
};

Result<void> read_file(const fs::path& path, Gatherer& gatherer) {
  return for_each_line(path, [&](std::string_view text, const LineFile& file) -> Result<void> {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (file.line() == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (is_blank_line(text)) return {};
    auto row = parse(text);
    if (!row) return bad(fmt::format("{}: {}", file.place(), row.error()));
    if (const std::string wrong = gatherer.add(std::move(*row)); !wrong.empty())
      return bad(fmt::format("{}: {}", file.place(), wrong));
    return {};
  });
}

Result<void> read_folder(const fs::path& path, Gatherer& gatherer) {
  const auto files = list_samples(path);
  if (!files) return tl::unexpected(files.error());
  for (const SampleFile& file : *files) {
    auto program = read_program(file.path);
    if (!program) return tl::unexpected(program.error());
    SampleRow row{gatherer.task_of_folder(file.folder), std::move(*program), std::nullopt};
    if (const std::string wrong = gatherer.add(std::move(row)); !wrong.empty())
      return bad(fmt::format("{}: {}", file.path.string(), wrong));
  }
  return {};
}

}  // namespace

Result<Samples> read_samples(const fs::path& path, const datasets::Dataset& dataset, const SamplesOptions& options) {
  Gatherer gatherer(path == "-" ? "standard input" : path.string(), dataset);
  std::error_code ignored;
  const auto read = fs::is_directory(path, ignored) ? read_folder(path, gatherer) : read_file(path, gatherer);
  if (!read) return tl::unexpected(read.error());
  return gatherer.finish(options);
}

}  // namespace assay::harness
