#pragma once
/// Runs of any size that no model made: for pages and benches. The same options give the same run.
#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <string>

#include "reports/runs/run.h"
#include "reports/runs/run_file.h"

namespace assay::tests {

struct SimulatedRun {
  std::size_t problems = 40, samples = 4;
  std::uint32_t seed = 1;
};

/// A program of some 500 bytes, like no other.
inline std::string simulated_program(std::size_t problem, std::size_t sample, std::uint32_t seed) {
  std::string text = fmt::format("def solve(numbers):\n    # problem {}, sample {}, seed {}\n", problem, sample, seed);
  for (std::size_t i = 0; i < 6; ++i)
    text += fmt::format("    if len(numbers) > {}:\n        numbers = numbers[:{}] + ['x{}']  # step {}\n", i + sample,
                        i, i, problem % 97);
  return text + "    return sorted(numbers)\n";
}

inline reports::SetResult simulated_result(bool passed, std::uint64_t kind, float seconds) {
  reports::SetResult result;
  result.cpu_seconds = seconds;
  result.passed = passed ? 10 : 2;
  result.cause = "none";
  if (passed) {
    result.verdict = reports::Verdict::pass;
    return result;
  }
  constexpr const char* causes[] = {"exception", "wrong_answer", "timeout", "syntax"};
  result.cause = causes[kind % 4];
  result.verdict = result.cause == "timeout" ? reports::Verdict::timeout : reports::Verdict::fail;
  result.detail = result.cause == "exception" ? "ValueError" : "";
  result.failed = 1;
  result.first_failed = 3;
  result.failed_tests = {3};
  return result;
}

/// Of three problems one is solved by no sample, one by all, one by some. The first sample of the first fails by an
/// exception. An even seed breaks each sixth problem that an odd one solves, and solves a few that it does not.
inline reports::Run simulated_run(const SimulatedRun& options) {
  std::mt19937 random(options.seed);
  const auto chance = [&] { return static_cast<double>(random()) / static_cast<double>(std::mt19937::max()); };
  reports::Run run;
  run.name = fmt::format("simulated-{}", options.seed);
  run.source = "simulated";
  run.dataset = "simulated";
  run.dataset_sha256 = "d1";
  run.samples_sha256 = fmt::format("s{}", options.seed);
  run.limits = "min 4 s, factor 4";
  run.has_plus = run.has_attempts = true;
  std::uint32_t ordinal = 0;
  for (std::size_t i = 0; i < options.problems; ++i) {
    reports::RunProblem problem{fmt::format("Simulated/{}", i), {}};
    const bool turned = options.seed % 2 == 0 && (i % 6 == 4 || i % 15 == 0);
    for (std::size_t n = 0; n < options.samples; ++n) {
      reports::RunSample sample;
      sample.ordinal = ordinal++;
      sample.program = simulated_program(i, n, options.seed);
      sample.digest = reports::digest_of(sample.program);
      const bool base = (i % 3 == 1 || (i % 3 == 2 && n % 2 == 0)) != turned;
      const auto seconds = static_cast<float>(0.001 + 0.2 * chance() * chance());
      sample.base = simulated_result(base, n == 0 ? 0 : random(), seconds);
      sample.plus = simulated_result(base, n == 0 ? 0 : random(), 2 * seconds);
      problem.samples.push_back(std::move(sample));
    }
    run.problems.push_back(std::move(problem));
  }
  return run;
}

/// As `assay runs export` does.
inline void write_run(const reports::Run& run, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  reports::write_run_file(run, [&](std::string_view text) { file << text; });
}

}  // namespace assay::tests
