#include "reports/runs/evalplus_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <unordered_set>

#include "reports/runs/json_pull.h"

namespace assay::reports {
namespace {

using Kind = JsonPull::Kind;

constexpr std::size_t most_evalplus_word_bytes = 4096;

/// What a file says of its run. The first two are EvalPlus's, the others ours (harness/results_file.h).
struct Text {
  std::string_view key;
  std::string Run::*part;
};
constexpr Text texts[] = {{"hash", &Run::dataset_md5},
                          {"date", &Run::created},
                          {"assay_run", &Run::name},
                          {"assay_dataset", &Run::dataset},
                          {"assay_dataset_sha256", &Run::dataset_sha256},
                          {"assay_limits", &Run::limits}};

const Text* text_of(std::string_view key) {
  const auto* const found =
      std::find_if(std::begin(texts), std::end(texts), [&](auto& text) { return text.key == key; });
  return found == std::end(texts) ? nullptr : found;
}

/// One sample's object, before it is known to be whole.
struct Row {
  std::optional<SetResult> base, plus;
  std::string program;
};

/// Of a sample: on the base tests, and on those of plus.
using Causes = std::array<std::string, 2>;

class EvalPlusReading {
 public:
  EvalPlusReading(JsonPull json, std::string path, const ReadOptions& options)
      : json_(std::move(json)), path_(std::move(path)), options_(options) {}
  Result<Run> operator()();

 private:
  struct Failed {
    std::uint32_t count = 0;
    std::string first, all;
  };
  Error bad(const std::string& what) const {
    return json_.failed() ? json_.error() : Error{Errc::bad_data, fmt::format("{}: {}", path_, what)};
  }
  Result<void> read_tasks();
  Result<void> read_task(std::string task);
  Result<void> read_row(const std::string& task, Row& row, bool with_text);
  Result<std::optional<SetResult>> read_status(const std::string& task, const char* key);
  Result<Failed> read_failed(bool with_text);
  Result<std::string> read_word(std::string_view key);
  Result<void> read_causes();
  void put_causes();

  JsonPull json_;
  std::string path_;
  const ReadOptions& options_;
  Run run_;
  std::unordered_set<std::string> seen_;
  std::unordered_map<std::string, std::vector<Causes>> causes_;  ///< by task
  std::uint32_t ordinal_ = 0;
};

Result<std::string> EvalPlusReading::read_word(std::string_view key) {
  if (json_.kind() == Kind::string) {
    auto word = json_.string(most_evalplus_word_bytes);
    if (word) return std::move(*word);
  } else if (json_.skip()) {
    return std::string();
  }
  return tl::unexpected(bad(fmt::format("\"{}\" cannot be read", key)));
}

Result<std::optional<SetResult>> EvalPlusReading::read_status(const std::string& task, const char* key) {
  if (json_.kind() != Kind::string) {
    if (!json_.skip()) return tl::unexpected(bad("not JSON"));
    return std::optional<SetResult>();  // null: these tests did not run
  }
  const auto word = json_.string(most_evalplus_word_bytes);
  const auto verdict = word ? verdict_from(*word) : std::nullopt;
  if (!verdict)
    return tl::unexpected(bad(fmt::format("{}: \"{}\" is none of pass, fail, timeout", task.substr(0, 80), key)));
  SetResult result;
  result.verdict = *verdict;
  result.cause = *verdict == Verdict::pass ? "none" : *verdict == Verdict::timeout ? "timeout" : "";
  return std::optional(std::move(result));
}

/// Of one set of tests, which may be given before its status.
Result<EvalPlusReading::Failed> EvalPlusReading::read_failed(bool with_text) {
  Failed failed;
  if (json_.kind() != Kind::array) {
    if (!json_.skip()) return tl::unexpected(bad("not JSON"));
    return failed;
  }
  if (!json_.enter(Kind::array)) return tl::unexpected(bad("not JSON"));
  while (json_.next_item()) {
    const std::size_t first_bytes = with_text && failed.count == 0 ? most_input_bytes : 0;
    auto text = json_.raw(options_.all_failed_inputs ? most_program_bytes : first_bytes);
    if (!text) return tl::unexpected(bad("not JSON"));
    if (options_.all_failed_inputs) failed.all += (failed.count == 0 ? "" : ", ") + *text;
    if (failed.count++ == 0) failed.first = text->substr(0, first_bytes);
  }
  if (json_.failed()) return tl::unexpected(bad("not JSON"));
  if (options_.all_failed_inputs) failed.all = "[" + failed.all + "]";
  return failed;
}

Result<void> EvalPlusReading::read_row(const std::string& task, Row& row, bool with_text) {
  if (!json_.enter(Kind::object)) return tl::unexpected(bad("a sample is no object"));
  Failed base_failed, plus_failed;
  while (const auto key = json_.next_key()) {
    if (*key == "solution" && json_.kind() == Kind::string) {
      auto program = json_.string(most_program_bytes);
      if (!program) return tl::unexpected(bad("\"solution\" cannot be read"));
      row.program = std::move(*program);
    } else if (*key == "base_status" || *key == "plus_status") {
      auto status = read_status(task, key->c_str());
      if (!status) return tl::unexpected(status.error());
      (*key == "base_status" ? row.base : row.plus) = std::move(*status);
    } else if (*key == "base_fail_tests" || *key == "plus_fail_tests") {
      auto failed = read_failed(with_text);
      if (!failed) return tl::unexpected(failed.error());
      (*key == "base_fail_tests" ? base_failed : plus_failed) = std::move(*failed);
    } else if (!json_.skip()) {
      break;
    }
  }
  if (json_.failed()) return tl::unexpected(bad("not JSON"));
  if (!row.base) return tl::unexpected(bad(fmt::format("{}: a sample without \"base_status\"", task.substr(0, 80))));
  const auto take = [](SetResult& result, Failed& failed) {
    result.failed = failed.count;
    result.failing_input = std::move(failed.first);
    result.failed_inputs = std::move(failed.all);
  };
  take(*row.base, base_failed);
  if (row.plus) take(*row.plus, plus_failed);
  return {};
}

Result<void> EvalPlusReading::read_task(std::string task) {
  if (!seen_.insert(task).second) return tl::unexpected(bad(fmt::format("{} occurs twice", task.substr(0, 80))));
  RunProblem problem{std::move(task), {}};
  if (!json_.enter(Kind::array)) return tl::unexpected(bad("a task's results are no list"));
  while (json_.next_item()) {
    const bool with_text = problem.samples.size() < options_.programs_a_problem;
    Row row;
    if (auto read = read_row(problem.task_id, row, with_text); !read) return read;
    RunSample sample;
    sample.ordinal = ordinal_++;
    sample.digest = digest_of(row.program);
    run_.has_plus = run_.has_plus && row.plus;
    sample.base = std::move(row.base);
    sample.plus = std::move(row.plus);
    if (with_text) sample.program = std::move(row.program);
    problem.samples.push_back(std::move(sample));
  }
  if (json_.failed()) return tl::unexpected(bad("not JSON"));
  if (!problem.samples.empty()) run_.problems.push_back(std::move(problem));
  return {};
}

Result<void> EvalPlusReading::read_tasks() {
  if (!json_.enter(Kind::object)) return tl::unexpected(bad("\"eval\" is no object"));
  while (auto task = json_.next_key())
    if (auto read = read_task(std::move(*task)); !read) return read;
  if (json_.failed()) return tl::unexpected(bad("not JSON"));
  return {};
}

/// What assay writes beside EvalPlus's keys (harness/results_file.h).
Result<void> EvalPlusReading::read_causes() {
  const auto damaged = [&] { return tl::unexpected(bad("\"assay_causes\" is damaged")); };
  if (!json_.enter(Kind::object)) return damaged();
  while (const auto task = json_.next_key()) {
    std::vector<Causes>& samples = causes_[*task];
    if (!json_.enter(Kind::array)) return damaged();
    while (json_.next_item()) {
      Causes causes;
      if (!json_.enter(Kind::array)) return damaged();
      for (std::size_t i = 0; json_.next_item(); ++i) {
        auto word = json_.string(most_evalplus_word_bytes);
        if (!word || i >= causes.size()) return damaged();
        causes[i] = std::move(*word);
      }
      samples.push_back(std::move(causes));
    }
  }
  if (json_.failed()) return damaged();
  return {};
}

/// Before samples are put in another order.
void EvalPlusReading::put_causes() {
  for (RunProblem& problem : run_.problems) {
    const auto found = causes_.find(problem.task_id);
    if (found == causes_.end() || found->second.size() != problem.samples.size()) continue;
    for (std::size_t i = 0; i < problem.samples.size(); ++i) {
      RunSample& sample = problem.samples[i];
      for (const auto& [result, cause] :
           {std::pair(&sample.base, &found->second[i][0]), {&sample.plus, &found->second[i][1]}})
        if (*result && (*result)->verdict != Verdict::pass && !cause->empty()) (*result)->cause = *cause;
    }
  }
}

Result<Run> EvalPlusReading::operator()() {
  if (!json_.enter(Kind::object)) return tl::unexpected(bad("no JSON object"));
  run_.source = path_;
  run_.has_plus = true;
  bool there = false;
  while (const auto key = json_.next_key()) {
    if (*key == "eval") {
      there = true;
      if (auto read = read_tasks(); !read) return tl::unexpected(read.error());
    } else if (*key == "assay_causes") {
      if (auto read = read_causes(); !read) return tl::unexpected(read.error());
    } else if (const Text* text = text_of(*key)) {
      auto word = read_word(*key);
      if (!word) return tl::unexpected(word.error());
      run_.*text->part = std::move(*word);
    } else if (!json_.skip()) {
      break;
    }
  }
  if (json_.failed()) return tl::unexpected(json_.error());
  if (!json_.at_end()) return tl::unexpected(bad("more text after the results"));
  if (!there || run_.problems.empty())
    return tl::unexpected(bad("no results in it; a results file has {\"eval\": {TASK: […]}}"));
  run_.named_by_file = run_.name.empty();
  if (run_.named_by_file) run_.name = std::filesystem::path(path_).filename().string();
  put_causes();
  put_in_order(run_);
  return std::move(run_);
}

}  // namespace

Result<Run> read_evalplus_run(const std::string& path, const ReadOptions& options) {
  auto json = JsonPull::open(path);
  if (!json) return tl::unexpected(json.error());
  return EvalPlusReading(std::move(*json), path, options)();
}

}  // namespace assay::reports
