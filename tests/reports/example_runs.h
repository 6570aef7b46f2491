#pragma once
/// Two small runs with everything that outputs must show: problems that broke and were fixed, causes, attempts, a
/// program whose verdict wavered, and names that try to be markup, commands and control characters.
#include <string>
#include <vector>

#include "reports/output/run_text.h"
#include "reports/results/comparison.h"
#include "reports/runs/run.h"

namespace assay::tests {

inline const char* const hostile_task = "<script>alert(1)</script>|`x`\n::error::%0A@all \x1b[31m\xff";

inline reports::RunSample sample_of(std::uint32_t ordinal, const std::string& program, bool base, bool plus) {
  reports::RunSample sample;
  sample.ordinal = ordinal;
  sample.program = program;
  sample.digest = reports::digest_of(program);
  const auto result = [](bool passed, const char* cause) {
    reports::SetResult set;
    set.verdict = passed ? reports::Verdict::pass : reports::Verdict::fail;
    set.cause = passed ? "none" : cause;
    set.passed = 3;
    set.cpu_seconds = 0.25F;
    if (!passed) {
      set.failed = 1;
      set.first_failed = 3;
      set.failed_tests = {3};
    }
    return set;
  };
  sample.base = result(base, "wrong_answer");
  sample.plus = result(plus, "exception");
  return sample;
}

/// 40 problems × 1 sample; the base solves all but the last four, the newer run breaks the first `broken` and fixes
/// `fixed` of the last.
inline reports::Run example_run(const std::string& name, std::size_t broken, std::size_t fixed) {
  constexpr std::size_t problems = 40, unsolved = 4;
  reports::Run run;
  run.name = name;
  run.source = "results.db";
  run.dataset = "humaneval";
  run.dataset_sha256 = "d1";
  run.samples_sha256 = "s1";
  run.limits = "min 4 s, factor 4";
  run.fingerprint = "CPython 3.11.2";
  run.created = "2026-01-31T09:15:00Z";
  run.has_plus = run.has_attempts = true;
  for (std::size_t i = 0; i < problems; ++i) {
    const std::string task = i == 1 ? hostile_task : "HumanEval/" + std::to_string(i);
    const bool solved = i < problems - unsolved ? i >= broken : i - (problems - unsolved) < fixed;
    const std::string program = "def f():\n    return " + std::to_string(i) + (i == 0 ? "" : " # " + name) + "\n";
    run.problems.push_back({task, {sample_of(static_cast<std::uint32_t>(i), program, solved || i % 2 == 1, solved)}});
  }
  run.problems.back().samples.front().base->attempts = {"outside_view", "forged_type"};
  reports::put_in_order(run);
  return run;
}

inline std::vector<reports::ReportedRun> example_report() {
  auto run = example_run("base", 0, 0);
  auto summary = reports::summarize(run, {});
  reports::ProblemTexts texts;
  texts["HumanEval/38"] = {"def f():\n    \"\"\" </script> \"\"\"\n", {{3, {"f(1, '<b>')", "[1]"}}}, {}};
  return {{std::move(run), std::move(summary), std::move(texts)}};
}

inline std::vector<reports::Comparison> example_comparison(std::size_t broken, std::size_t fixed) {
  reports::CompareOptions options;
  options.max_drop_points = 5;
  const auto comparison =
      reports::compare(example_run("base", 0, 0), example_run("new\x1b]0;x\x07", broken, fixed), options);
  return {comparison.value()};
}

}  // namespace assay::tests
