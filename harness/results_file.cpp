#include "harness/results_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <variant>
#include <vector>

#include "harness/python_json.h"
#include "harness/replace_file.h"
#include "reports/pass_at_k.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

std::string json_text(std::string_view text) {
  std::string json;
  append_json(json, text);
  return json;
}

/// "2026-01-31 09:15", in local time as there.
std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local)};
}

/// The run that wrote the file, or nothing where it does not say. The key stands last before `eval`, where no sample's
/// text can look like it.
std::string run_of(const fs::path& path) {
  constexpr std::size_t most = 64U << 10;
  std::string head(most, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), most);
  head.resize(static_cast<std::size_t>(file.gcount()));
  head.resize(std::min(head.find("\"eval\""), head.size()));
  constexpr std::string_view key = "\"assay_run\": ";
  const std::size_t at = head.find(key);
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(head).substr(at + key.size());
  return std::string(rest.substr(0, rest.rfind(", ")));
}

/// MBPP+ holds what JSON cannot; EvalPlus writes these inputs in its own way.
/// Source: evalplus/data/mbpp.py, mbpp_serialize_inputs.
enum class Form { plain, sets_as_lists, all_as_strings };

Form form_of(const datasets::Dataset& dataset, std::string_view task_id) {
  if (dataset.family != datasets::Family::mbpp) return Form::plain;
  const std::string_view number = task_id.substr(task_id.rfind('/') + 1);
  if (number == "115") return Form::sets_as_lists;  // an empty dict stands for an empty set there
  return number == "124" ? Form::all_as_strings : Form::plain;
}

const std::vector<datasets::Value>* items_of(const datasets::Value& value) {
  if (const auto* list = std::get_if<datasets::List>(&value.data)) return &list->items;
  if (const auto* tuple = std::get_if<datasets::Tuple>(&value.data)) return &tuple->items;
  return nullptr;
}

void append_sets_as_lists(std::string& text, const datasets::Value& value) {
  const auto* dict = std::get_if<datasets::Dict>(&value.data);
  if (dict && dict->items.empty()) {
    text += "[]";
  } else if (const auto* items = items_of(value)) {
    text += '[';
    for (const datasets::Value& item : *items) {
      if (&item != items->data()) text += ", ";
      append_sets_as_lists(text, item);
    }
    text += ']';
  } else {
    append_json(text, value);
  }
}

void append_input(std::string& text, const datasets::Value& input, Form form) {
  const auto* arguments = items_of(input);
  if (form == Form::plain || !arguments) return append_json(text, input);
  if (form == Form::sets_as_lists) return append_sets_as_lists(text, input);
  text += '[';
  for (const datasets::Value& argument : *arguments)
    text += fmt::format("{}{}", &argument == arguments->data() ? "" : ", ", json_text(python_str(argument)));
  text += ']';
}

using Problems = std::unordered_map<std::string_view, const datasets::Problem*>;

class Writing {
 public:
  Writing(const fs::path& path, const ResultsFile& file) : file_(file), out_(path) {
    for (const datasets::Problem& problem : file.dataset.problems) problems_.try_emplace(problem.task_id, &problem);
  }
  Result<void> operator()();

 private:
  void group();
  void write_sample(std::size_t index);
  void append_failed(std::string& text, const datasets::Problem* problem, TestSet set, const SetResult* result) const;
  std::string pass_at_k() const;
  std::string causes() const;

  const ResultsFile& file_;
  ReplaceFile out_;
  Problems problems_;
  std::vector<std::vector<std::size_t>> tasks_;  ///< samples of each task, tasks in the order of their first sample
};

void Writing::group() {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < file_.samples.size(); ++i) {
    const auto [place, fresh] = places.try_emplace(file_.samples[i].task_id, tasks_.size());
    if (fresh) tasks_.emplace_back();
    tasks_[place->second].push_back(i);
  }
}

/// The inputs of failed tests; of tests that are statements, these. Checks have neither.
void Writing::append_failed(std::string& text, const datasets::Problem* problem, TestSet set,
                            const SetResult* result) const {
  text += '[';
  bool first = true;
  for (const std::uint32_t index : result&& problem ? result->failed : std::vector<std::uint32_t>{}) {
    const auto& inputs = set == TestSet::base ? problem->base_input : problem->plus_input;
    const bool call = problem->kind == datasets::TestKind::calls && index < inputs.size();
    const bool statement = problem->kind == datasets::TestKind::assertions && index < problem->tests.size();
    if (!call && !statement) continue;
    if (!first) text += ", ";
    first = false;
    if (call)
      append_input(text, inputs[index], form_of(file_.dataset, problem->task_id));
    else
      append_json(text, problem->tests[index]);
  }
  text += ']';
}

void Writing::write_sample(std::size_t index) {
  const Sample& sample = file_.samples[index];
  const SampleResult& result = file_.results[index];
  const auto found = problems_.find(sample.task_id);
  const datasets::Problem* problem = found == problems_.end() ? nullptr : found->second;
  const SetResult* plus = result.plus ? &*result.plus : nullptr;
  std::string text = fmt::format("{{\"task_id\": {}, \"solution\": ", json_text(sample.task_id));
  append_json(text, sample.solution);
  text += fmt::format(", \"base_status\": \"{}\", \"plus_status\": ", name(result.base.verdict));
  text += plus ? fmt::format("\"{}\"", name(plus->verdict)) : "null";
  const auto append = [&](TestSet set, const SetResult* of, std::string FailedInputs::*given) {
    if (file_.failed_inputs.empty()) return append_failed(text, problem, set, of);
    const std::string& inputs = file_.failed_inputs[index].*given;
    text += inputs.empty() ? "[]" : inputs;
  };
  text += ", \"base_fail_tests\": ";
  append(TestSet::base, &result.base, &FailedInputs::base);
  text += ", \"plus_fail_tests\": ";
  append(TestSet::plus, plus, &FailedInputs::plus);
  out_.write(text + "}");
}

/// Source: evalplus/evaluate.py; `plus` counts samples that pass both, and is left out where plus tests did not run.
std::string Writing::pass_at_k() const {
  std::vector<reports::SampleCounts> base, plus;
  bool with_plus = true;
  for (const auto& task : tasks_) {
    reports::SampleCounts of_base{task.size(), 0}, of_plus{task.size(), 0};
    for (const std::size_t i : task) {
      const SampleResult& result = file_.results[i];
      const bool passed = result.base.verdict == Verdict::pass;
      with_plus = with_plus && result.plus;
      of_base.correct += passed ? 1 : 0;
      of_plus.correct += passed && result.plus && result.plus->verdict == Verdict::pass ? 1 : 0;
    }
    base.push_back(of_base);
    plus.push_back(of_plus);
  }
  const auto text = [](const std::vector<reports::SampleCounts>& counts) {
    std::string object;
    for (const std::uint64_t k : {1U, 10U, 100U})
      if (const auto mean = reports::mean_pass_at_k(counts, k))
        object += fmt::format("{}\"pass@{}\": {}", object.empty() ? "" : ", ", k, python_repr(*mean));
    return "{" + object + "}";
  };
  return fmt::format("{{\"base\": {}{}}}", text(base), with_plus ? ", \"plus\": " + text(plus) : "");
}

/// Why samples failed, which EvalPlus's words do not tell.
std::string Writing::causes() const {
  const auto word = [](const SetResult* result) {
    return result && result->cause != Cause::none ? name(result->cause) : std::string_view();
  };
  std::string all;
  for (const auto& task : tasks_) {
    std::string pairs;
    bool any = false;
    for (const std::size_t i : task) {
      const SampleResult& result = file_.results[i];
      const std::string_view base = word(&result.base), plus = word(result.plus ? &*result.plus : nullptr);
      any = any || !base.empty() || !plus.empty();
      pairs += fmt::format("{}[\"{}\", \"{}\"]", pairs.empty() ? "" : ", ", base, plus);
    }
    if (any)
      all += fmt::format("{}{}: [{}]", all.empty() ? "" : ", ", json_text(file_.samples[task.front()].task_id), pairs);
  }
  return "{" + all + "}";
}

Result<void> Writing::operator()() {
  group();
  out_.write(fmt::format(
      "{{\"date\": {}, \"hash\": {}, \"assay_dataset\": {}, \"assay_dataset_sha256\": {}, "
      "\"assay_limits\": {}, \"assay_run\": {}, \"eval\": {{",
      json_text(file_.written.empty() ? now() : file_.written), json_text(file_.dataset.md5),
      json_text(file_.dataset.name), json_text(file_.dataset.sha256), json_text(file_.limits), json_text(file_.run)));
  bool first_task = true;
  for (const auto& task : tasks_) {
    out_.write(fmt::format("{}{}: [", first_task ? "" : ", ", json_text(file_.samples[task.front()].task_id)));
    first_task = false;
    for (const std::size_t i : task) {
      if (i != task.front()) out_.write(", ");
      write_sample(i);
    }
    out_.write("]");
  }
  out_.write(fmt::format("}}, \"pass_at_k\": {}, \"assay_causes\": {}}}\n", pass_at_k(), causes()));
  return out_.finish();
}

}  // namespace

fs::path results_path(const fs::path& samples) {
  std::error_code ignored;
  if (fs::is_directory(samples, ignored)) return samples / "eval_results.json";
  fs::path stem = samples;
  if (stem.extension() == ".gz") stem.replace_extension();
  if (stem.extension() == ".jsonl") stem.replace_extension();
  fs::path older = stem;
  older += "_eval_results.json";
  if (fs::exists(older, ignored)) return older;
  stem += ".eval_results.json";
  return stem;
}

Result<void> may_write_results(const fs::path& path, const std::string& run, Overwrite overwrite,
                               std::string_view option) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (fs::is_directory(status))
    return tl::unexpected(Error{Errc::usage, fmt::format("{}: is a folder; give a file as {}", path.string(), option)});
  if (!fs::exists(status) || fs::is_regular_file(status)) {
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      return tl::unexpected(Error{Errc::io, fmt::format("{}: its folder cannot be written: {}; give another {}",
                                                        path.string(), std::strerror(errno), option)});
  }
  if (!fs::is_regular_file(status) || overwrite == Overwrite::yes) return {};
  const std::string there = run_of(path);
  if (there == json_text(run)) return {};
  const std::string whose =
      there.empty() ? "something that assay did not write" : "the results of run " + sandbox::printable(there);
  return tl::unexpected(Error{Errc::usage, fmt::format("{}: holds {}; give another {}, or --force to replace it",
                                                       path.string(), whose, option)});
}

Result<void> write_results_file(const fs::path& path, const ResultsFile& file, Overwrite overwrite) {
  if (auto free = may_write_results(path, file.run, overwrite); !free) return free;
  return Writing(path, file)();
}

}  // namespace assay::harness
