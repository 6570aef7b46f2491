#include "reports/runs/run_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>
#include <unordered_set>

#include "reports/output/json_text.h"
#include "reports/runs/json_pull.h"

namespace assay::reports {
namespace {

using Kind = JsonPull::Kind;

constexpr std::size_t most_word_bytes = 1U << 16, most_returned_bytes = 1U << 12;
constexpr std::size_t most_attempt_kinds = 64;

/// The texts of the first line; all strings.
struct Part {
  const char* key;
  std::string Run::*text;
};
constexpr Part parts[] = {{"name", &Run::name},
                          {"dataset", &Run::dataset},
                          {"dataset_sha256", &Run::dataset_sha256},
                          {"dataset_md5", &Run::dataset_md5},
                          {"samples_sha256", &Run::samples_sha256},
                          {"limits", &Run::limits},
                          {"fingerprint", &Run::fingerprint},
                          {"created", &Run::created}};

std::string set_text(const std::optional<SetResult>& result) {
  if (!result) return "null";
  std::vector<std::string> attempts;
  for (const std::string& kind : result->attempts) attempts.push_back(json_text(kind));
  return fmt::format(
      R"({{"verdict": "{}", "cause": {}, "detail": {}, "failed": [{}], "passed": {}, "cpu_seconds": {}, "shared": {}, "attempts": {}, "returned": {}}})",
      name(result->verdict), json_text(result->cause), json_text(result->detail), fmt::join(result->failed_tests, ", "),
      result->passed, result->cpu_seconds, result->shared, json_array(attempts), json_text(result->returned));
}

class RunFileReading {
 public:
  RunFileReading(JsonPull json, std::string path, const ReadOptions& options)
      : json_(std::move(json)), path_(std::move(path)), options_(options) {}
  Result<Run> operator()();

 private:
  tl::unexpected<Error> bad(const std::string& what) const {
    return tl::unexpected(json_.failed() ? json_.error() : Error{Errc::bad_data, fmt::format("{}: {}", path_, what)});
  }
  Result<void> read_head();
  Result<void> read_sample();
  Result<std::optional<SetResult>> read_set();
  bool read_member(const std::string& key, SetResult& result, bool& whole);

  JsonPull json_;
  std::string path_;
  const ReadOptions& options_;
  Run run_;
  std::unordered_map<std::string, std::size_t> problems_;
  std::unordered_set<std::uint32_t> ordinals_;
  std::optional<double> expected_;  ///< how many samples there should be
};

Result<void> RunFileReading::read_head() {
  if (!json_.enter(Kind::object)) return bad("no run");
  bool ours = false;
  while (const auto key = json_.next_key()) {
    const Part* known = nullptr;
    for (const Part& part : parts)
      if (*key == part.key) known = &part;
    if (*key == "assay_run") {
      ours = json_.number() == 1;
    } else if (*key == "samples") {
      expected_ = json_.number();
      if (!expected_) return bad("\"samples\" is no number");
    } else if (known && json_.kind() == Kind::string) {
      auto text = json_.string(most_word_bytes);
      if (!text) return bad("not JSON");
      run_.*known->text = std::move(*text);
    } else if (!json_.skip()) {
      return bad("not JSON");
    }
  }
  if (json_.failed() || !ours) return bad("no run that `assay runs export` wrote");
  return {};
}

/// One member of a set's object. @return false where it is not what it should be.
bool RunFileReading::read_member(const std::string& key, SetResult& result, bool& whole) {
  if (key == "verdict" || key == "cause" || key == "detail") {
    auto word = json_.string(most_word_bytes);
    if (!word) return false;
    if (key == "cause")
      result.cause = std::move(*word);
    else if (key == "detail")
      result.detail = std::move(*word);
    else
      for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::timeout})
        if (*word == name(verdict)) result.verdict = verdict, whole = true;
    return true;
  }
  if (key == "failed") {
    if (!json_.enter(Kind::array)) return false;
    while (json_.next_item()) {
      const auto index = json_.number();
      if (!index || *index < 0 || *index > 4e9) return false;
      if (result.failed++ == 0) result.first_failed = static_cast<std::int64_t>(*index);
      if (options_.all_failed_tests) result.failed_tests.push_back(static_cast<std::uint32_t>(*index));
    }
    return !json_.failed();
  }
  if (key == "passed" || key == "cpu_seconds") {
    const auto number = json_.number();
    if (!number || *number < 0 || *number > 4e9) return false;
    if (key == "passed")
      result.passed = static_cast<std::uint32_t>(*number);
    else
      result.cpu_seconds = static_cast<float>(*number);
    return true;
  }
  if (key == "attempts") {
    if (!json_.enter(Kind::array)) return false;
    while (json_.next_item()) {
      auto kind = json_.string(most_word_bytes);
      if (!kind || result.attempts.size() >= most_attempt_kinds) return false;
      result.attempts.push_back(std::move(*kind));
    }
    return !json_.failed();
  }
  if (key == "returned") {
    auto text = json_.string(most_returned_bytes);
    if (text) result.returned = std::move(*text);
    return text.has_value();
  }
  if (key != "shared") return json_.skip();
  const auto shared = json_.boolean();
  result.shared = shared.value_or(false);
  return shared.has_value();
}

Result<std::optional<SetResult>> RunFileReading::read_set() {
  if (json_.kind() != Kind::object) {
    if (!json_.skip()) return bad("not JSON");
    return std::optional<SetResult>();
  }
  if (!json_.enter(Kind::object)) return bad("not JSON");
  SetResult result;
  bool whole = false;
  while (const auto key = json_.next_key())
    if (!read_member(*key, result, whole))
      return bad(fmt::format("\"{}\" of a verdict is damaged", key->substr(0, 80)));
  if (json_.failed() || !whole) return bad("a verdict is damaged");
  return std::optional(std::move(result));
}

Result<void> RunFileReading::read_sample() {
  if (!json_.enter(Kind::object)) return bad("a line is no object");
  RunSample sample;
  std::optional<std::string> task, program;
  std::optional<std::uint32_t> ordinal;
  while (const auto key = json_.next_key()) {
    if (*key == "task_id" || *key == "solution") {
      auto text = json_.string(*key == "solution" ? most_program_bytes : most_word_bytes);
      if (!text) return bad(fmt::format("\"{}\" is no string", *key));
      (*key == "task_id" ? task : program) = std::move(*text);
    } else if (*key == "ordinal") {
      const auto number = json_.number();
      if (!number || *number < 0 || *number > 4e9) return bad(fmt::format("\"{}\" is no such number", *key));
      ordinal = static_cast<std::uint32_t>(*number);
    } else if (*key == "base" || *key == "plus") {
      auto set = read_set();
      if (!set) return tl::unexpected(set.error());
      (*key == "base" ? sample.base : sample.plus) = std::move(*set);
    } else if (!json_.skip()) {
      break;
    }
  }
  if (json_.failed() || !task || !program || !ordinal) return bad("a sample is not whole");
  if (!ordinals_.insert(*ordinal).second) return bad(fmt::format("two samples have the ordinal {}", *ordinal));
  sample.ordinal = *ordinal;
  run_.has_plus = run_.has_plus || sample.plus;
  sample.digest = digest_of(*program);
  const auto [place, fresh] = problems_.try_emplace(*task, run_.problems.size());
  if (fresh) run_.problems.push_back({*task, {}});
  auto& samples = run_.problems[place->second].samples;
  if (samples.size() < options_.programs_a_problem) {
    sample.program = std::move(*program);
  } else {
    for (auto* set : {&sample.base, &sample.plus})
      if (*set) (*set)->returned = {};
  }
  samples.push_back(std::move(sample));
  return {};
}

Result<Run> RunFileReading::operator()() {
  run_.source = path_;
  run_.has_attempts = true;
  if (auto read = read_head(); !read) return tl::unexpected(read.error());
  while (!json_.at_end())
    if (auto read = read_sample(); !read) return tl::unexpected(read.error());
  const std::size_t there = sample_count(run_);
  if (expected_ && *expected_ != static_cast<double>(there))
    return bad(
        fmt::format("{} samples are in it, of {:.0f} that were written; export the run again", there, *expected_));
  if (run_.problems.empty()) return bad("no sample in it");
  put_in_order(run_);
  return std::move(run_);
}

}  // namespace

void write_run_file(const Run& run, const std::function<void(std::string_view)>& write) {
  std::string head = R"({"assay_run": 1)";
  for (const Part& part : parts)
    if (!(run.*part.text).empty()) head += fmt::format(", \"{}\": {}", part.key, json_text(run.*part.text));
  write(head + fmt::format(", \"samples\": {}}}\n", sample_count(run)));
  for (const RunProblem& problem : run.problems)
    for (const RunSample& sample : problem.samples)
      write(fmt::format(R"({{"ordinal": {}, "task_id": {}, "solution": {}, "base": {}, "plus": {}}})"
                        "\n",
                        sample.ordinal, json_text(problem.task_id), json_text(sample.program), set_text(sample.base),
                        set_text(sample.plus)));
}

Result<Run> read_run_file(const std::string& path, const ReadOptions& options) {
  auto json = JsonPull::open(path);
  if (!json) return tl::unexpected(json.error());
  return RunFileReading(std::move(*json), path, options)();
}

bool is_run_file(const std::string& path) {
  auto json = JsonPull::open(path);
  if (!json || json->kind() != Kind::object || !json->enter(Kind::object)) return false;
  const auto key = json->next_key();
  return key && *key == "assay_run" && json->kind() == Kind::number;
}

}  // namespace assay::reports
