#pragma once
/// A run as reports see it, wherever it was read from: problems, their samples, and each sample's verdicts.
///
/// A run of 542 problems × 200 samples takes some 30 MB: programs are left out unless they are asked for.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/pass_at_k.h"

namespace assay::reports {

enum class Verdict : std::uint8_t { pass, fail, timeout };
enum class TestSet : std::uint8_t { base, plus };

[[nodiscard]] std::string_view name(Verdict verdict);
[[nodiscard]] std::string_view name(TestSet set);
/// None where no verdict has that name.
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view word);

/// Tells programs apart: the first half of their sha256.
struct ProgramDigest {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const ProgramDigest&) const = default;
};
[[nodiscard]] ProgramDigest digest_of(std::string_view program);

/// One sample on one set of tests.
struct SetResult {
  Verdict verdict = Verdict::fail;
  bool shared = false;                      ///< tests and sample had to share a process
  std::uint32_t passed = 0;                 ///< tests that passed
  std::uint32_t failed = 0;                 ///< tests reported as failed: the last one tried, or all with details
  std::int64_t first_failed = -1;           ///< index of the first of these; -1 where the source does not say
  std::vector<std::uint32_t> failed_tests;  ///< indices of all of these; only where asked for
  float cpu_seconds = 0;
  std::string cause;                  ///< "wrong_answer", …; "none" for a pass; "" where the source does not say
  std::string detail;                 ///< an exception's type, message and line, a signal's name
  std::vector<std::string> attempts;  ///< kinds of hostile acts that were seen
  std::string failing_input;          ///< JSON, cut; only where asked for
  std::string returned;               ///< of a wrong answer: the value, as Python writes it, cut; only beside a program
  std::string failed_inputs;          ///< a JSON list of all, uncut; only where asked for, and of a results file
};

struct RunSample {
  std::uint32_t ordinal = 0;  ///< the n-th sample of the data set's tasks in the file or folder
  ProgramDigest digest;
  std::optional<SetResult> base, plus;  ///< no base: no verdict yet
  std::string program;                  ///< only where asked for
};

struct RunProblem {
  std::string task_id;
  std::vector<RunSample> samples;
};

struct Run {
  std::string name;                         ///< of the run in its store, or of its file
  bool named_by_file = false;               ///< the source says no name of its run, which has its file's
  std::string source;                       ///< the store's or the file's path
  std::string dataset;                      ///< empty where the source does not say
  std::string dataset_sha256, dataset_md5;  ///< of its content; either may be unknown
  std::string samples_sha256;               ///< of all samples together; unknown in a results file
  std::string limits, fingerprint;          ///< what else decided the verdicts; unknown in EvalPlus's own results
  std::string created;
  bool has_plus = false;             ///< plus tests ran
  bool has_attempts = false;         ///< the source records attempts
  std::vector<RunProblem> problems;  ///< by task id, numbers in their order
};

/// What is counted: samples that pass the base tests, or base and plus.
struct Metric {
  TestSet set = TestSet::plus;
  std::uint64_t k = 1;
  bool operator==(const Metric&) const = default;
};
[[nodiscard]] std::string name(const Metric& metric);  ///< "plus.pass@1"
[[nodiscard]] std::optional<Metric> metric_from(std::string_view text);

/// Whether the sample counts as correct: `plus` needs base and plus. False without a verdict.
[[nodiscard]] bool is_correct(const RunSample& sample, TestSet set);
/// The result on the first set of tests that the sample did not pass; null where there is none.
[[nodiscard]] const SetResult* first_failure(const RunSample& sample);
/// Its cause, "unknown" where the source does not say.
[[nodiscard]] std::string_view cause_word(const SetResult& result);
/// Samples with a verdict, and the correct ones among them.
[[nodiscard]] SampleCounts counts_of(const RunProblem& problem, TestSet set);
[[nodiscard]] std::vector<SampleCounts> counts_of(const Run& run, TestSet set);
/// Kinds of hostile acts over both sets, each once, in their order.
[[nodiscard]] std::vector<std::string> attempts_of(const RunSample& sample);
[[nodiscard]] std::size_t sample_count(const Run& run);
[[nodiscard]] std::size_t without_verdict(const Run& run);

/// "HumanEval/2" before "HumanEval/10".
[[nodiscard]] bool task_before(std::string_view a, std::string_view b);
/// Puts problems in that order, samples by ordinal.
void put_in_order(Run& run);

/// Several runs of one data set under one set of limits (seeds, temperatures) as one: a problem's samples are those of
/// all. The caller has checked that they belong together.
[[nodiscard]] Run pooled(std::vector<Run> runs);

}  // namespace assay::reports
