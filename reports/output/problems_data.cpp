#include "reports/output/problems_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

#include "reports/output/figures.h"
#include "reports/output/json_text.h"
#include "reports/output/page_text.h"

namespace assay::reports {
namespace {

constexpr std::size_t most_test_bytes = 2000;   // of an input or an expected value
constexpr std::size_t most_detail_bytes = 200;  // of a cause or a detail

/// Words by their number, each kept once.
class Words {
 public:
  std::size_t number(std::string_view word) {
    const auto [found, fresh] = numbers_.try_emplace(std::string(first_bytes(word, most_detail_bytes)), list_.size());
    if (fresh) list_.push_back(json_text(found->first));
    return found->second;
  }
  [[nodiscard]] std::string json() const { return json_array(list_); }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> list_;
};

/// What of a problem's texts found room.
struct TakenTexts {
  std::string prompt, tests;  ///< JSON
  std::vector<std::string> programs;
  std::map<ProgramDigest, std::size_t> numbers;
  std::set<std::size_t> inputs;  ///< samples whose failing inputs are shown
};

class Writing {
 public:
  Writing(const ReportedRun& reported, const PageBounds& bounds);
  ProblemsData operator()();

 private:
  void take_prompt(std::size_t at);
  void take_tests(std::size_t at);
  std::string tests_of(const std::map<std::uint32_t, TestText>& tests);
  void take_sample(std::size_t at, std::size_t turn);
  void append_result(std::string& out, const std::optional<SetResult>& result, bool input);
  void append_sample(std::string& out, std::size_t at, std::size_t turn);
  std::string problem_json(std::size_t at);
  std::string left_out() const;

  const Run& run_;
  const ProblemTexts& texts_;
  const PageBounds& bounds_;
  std::size_t problems_, samples_a_problem_;
  TextBudget budget_;
  std::vector<TakenTexts> taken_;
  Words words_;
  std::uint64_t samples_left_out_ = 0, programs_left_out_ = 0, prompts_left_out_ = 0, tests_left_out_ = 0;
};

Writing::Writing(const ReportedRun& reported, const PageBounds& bounds)
    : run_(reported.run),
      texts_(reported.texts),
      bounds_(bounds),
      problems_(std::min(run_.problems.size(), bounds.problems)),
      samples_a_problem_(std::max<std::size_t>(1, bounds.samples / std::max<std::size_t>(1, problems_))),
      budget_(bounds.text_bytes),
      taken_(problems_) {}

std::string Writing::tests_of(const std::map<std::uint32_t, TestText>& tests) {
  JsonObject json;
  for (const auto& [index, test] : tests) {
    const auto input = first_bytes(test.input, most_test_bytes), expected = first_bytes(test.expected, most_test_bytes);
    if (!budget_.take(input.size() + expected.size())) {
      ++tests_left_out_;
      continue;
    }
    JsonObject texts;
    texts.add("input", json_text(input));
    if (!expected.empty()) texts.add("expected", json_text(expected));
    json.add(std::to_string(index), texts.str());
  }
  return json.str();
}

void Writing::take_prompt(std::size_t at) {
  const auto found = texts_.find(run_.problems[at].task_id);
  if (found == texts_.end()) return;
  const ProblemText& text = found->second;
  if (budget_.take(std::min(text.prompt.size(), bounds_.program_bytes)))
    taken_[at].prompt = program_json(text.prompt, bounds_.program_bytes);
  else
    ++prompts_left_out_;
}

/// After all prompts, and with the first programs: many tests keep neither out.
void Writing::take_tests(std::size_t at) {
  const auto found = texts_.find(run_.problems[at].task_id);
  if (found == texts_.end()) return;
  const std::string base = tests_of(found->second.base), plus = tests_of(found->second.plus);
  taken_[at].tests = JsonObject().add("base", base).add("plus", plus).str();
}

/// The program of a problem's sample, the inputs that it failed on, and what it returned for them.
void Writing::take_sample(std::size_t at, std::size_t turn) {
  const auto& samples = run_.problems[at].samples;
  if (turn >= samples.size()) return;
  const RunSample& sample = samples[turn];
  TakenTexts& taken = taken_[at];
  if (!sample.program.empty() && !taken.numbers.contains(sample.digest) &&
      budget_.take(std::min(sample.program.size(), bounds_.program_bytes))) {
    taken.numbers.emplace(sample.digest, taken.programs.size());
    taken.programs.push_back(program_json(sample.program, bounds_.program_bytes));
  }
  std::size_t inputs = 0;
  for (const auto* result : {&sample.base, &sample.plus})
    if (*result) inputs += (*result)->failing_input.size() + (*result)->returned.size();
  if (inputs == 0) return;
  if (budget_.take(inputs))
    taken.inputs.insert(turn);
  else
    ++tests_left_out_;
}

void Writing::append_result(std::string& out, const std::optional<SetResult>& result, bool input) {
  if (!result) {
    out += "null";
    return;
  }
  const auto detail = words_.number(result->detail);  // one after the other: compilers differ in the order of arguments
  const auto cause = words_.number(result->cause);
  fmt::format_to(std::back_inserter(out), "[{},{},{},{},{},{:.4g}", static_cast<int>(result->verdict), cause, detail,
                 result->passed, result->first_failed, std::isfinite(result->cpu_seconds) ? result->cpu_seconds : 0);
  if (input && !(result->failing_input.empty() && result->returned.empty()))
    out += fmt::format(",{},{}", json_text(result->failing_input), json_text(result->returned));
  out += ']';
}

void Writing::append_sample(std::string& out, std::size_t at, std::size_t turn) {
  const RunSample& sample = run_.problems[at].samples[turn];
  const TakenTexts& taken = taken_[at];
  const auto program = taken.numbers.find(sample.digest);
  if (program == taken.numbers.end()) ++programs_left_out_;
  fmt::format_to(std::back_inserter(out), "[{},{},", sample.ordinal,
                 program == taken.numbers.end() ? -1 : static_cast<std::int64_t>(program->second));
  append_result(out, sample.base, taken.inputs.contains(turn));
  out += ',';
  append_result(out, sample.plus, taken.inputs.contains(turn));
  std::vector<std::string> attempts;
  for (const std::string& kind : attempts_of(sample))
    attempts.push_back(json_text(first_bytes(kind, most_detail_bytes)));
  if (!attempts.empty()) out += "," + json_array(attempts);
  out += ']';
}

std::string Writing::problem_json(std::size_t at) {
  const RunProblem& problem = run_.problems[at];
  const SampleCounts counts = counts_of(problem, deciding_set(run_));
  const std::size_t shown = std::min(problem.samples.size(), samples_a_problem_);
  samples_left_out_ += problem.samples.size() - shown;
  std::set<std::size_t> causes;
  for (const RunSample& sample : problem.samples)
    if (const SetResult* failed = first_failure(sample)) causes.insert(words_.number(cause_word(*failed)));
  std::string samples = "[";
  for (std::size_t turn = 0; turn < shown; ++turn) {
    if (turn > 0) samples += ",\n";
    append_sample(samples, at, turn);
  }
  JsonObject json;
  json.add_text("id", first_bytes(problem.task_id, most_id_bytes))
      .add_count("all", problem.samples.size())
      .add_count("judged", counts.samples)
      .add_count("correct", counts.correct)
      .add("causes", fmt::format("[{}]", fmt::join(causes, ",")));
  if (!taken_[at].prompt.empty()) json.add("prompt", taken_[at].prompt);
  if (!taken_[at].tests.empty()) json.add("tests", taken_[at].tests);
  return json.add("programs", json_array(taken_[at].programs)).add("samples", samples + "]").str();
}

std::string Writing::left_out() const {
  std::vector<std::string> parts;
  if (const std::size_t more = run_.problems.size() - problems_; more > 0) parts.push_back(counted(more, "problem"));
  if (prompts_left_out_ > 0) parts.push_back(counted(prompts_left_out_, "prompt"));
  if (tests_left_out_ > 0) parts.push_back(fmt::format("the values of {}", counted(tests_left_out_, "failed test")));
  if (samples_left_out_ > 0)
    parts.push_back(fmt::format("{} (of each problem the first {} are here)", counted(samples_left_out_, "sample"),
                                samples_a_problem_));
  if (programs_left_out_ > 0)
    parts.push_back(fmt::format("the programs of {} that are here", counted(programs_left_out_, "sample")));
  return parts.empty() ? "" : fmt::format("Left out to keep the page small: {}.", fmt::join(parts, "; "));
}

ProblemsData Writing::operator()() {
  for (std::size_t at = 0; at < problems_; ++at) take_prompt(at);
  for (std::size_t turn = 0; turn < std::min(bounds_.programs_a_problem, samples_a_problem_); ++turn)
    for (std::size_t at = 0; at < problems_; ++at) {
      if (turn == 0) take_tests(at);
      take_sample(at, turn);
    }
  std::vector<std::string> problems;
  for (std::size_t at = 0; at < problems_; ++at) problems.push_back(problem_json(at));
  JsonObject json;
  json.add("sets", run_.has_plus ? R"(["base", "plus"])" : R"(["base"])")
      .add("words", words_.json())
      .add("problems", json_array(problems));
  return {json.str(), left_out()};
}

}  // namespace

ProblemsData problems_data(const ReportedRun& reported, const PageBounds& bounds) {
  return Writing(reported, bounds)();
}

}  // namespace assay::reports
