#include "harness/evaluation/check_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "harness/evaluation/test_text/data_classes.h"
#include "harness/evaluation/test_text/test_names.h"
#include "sandbox/installation.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

bool starts_definition(std::string_view line, std::string_view name) {
  for (const std::string_view keyword : {"def ", "async def ", "class "}) {
    if (!line.starts_with(keyword)) continue;
    const std::string_view rest = line.substr(keyword.size());
    if (!rest.starts_with(name)) continue;
    const std::string_view after = rest.substr(name.size());
    return after.empty() || after.front() == '(' || after.front() == ' ' || after.front() == ':';
  }
  return false;
}

/// Whether the published solution makes the entry point a class.
bool is_class(std::string_view solution, std::string_view name) {
  while (!solution.empty()) {
    const std::size_t end = std::min(solution.find('\n'), solution.size());
    const std::string_view line = solution.substr(0, end);
    if (line.starts_with("class ") && starts_definition(line, name)) return true;
    solution.remove_prefix(std::min(end + 1, solution.size()));
  }
  return false;
}

/// Whether the setup of an assert list has the entry point itself: a helper of the tests that was taken for what they
/// test. The proxy would stand in its place, and a sample's namesake answer for it.
bool is_helper(const datasets::Problem& problem) {
  if (problem.kind != datasets::TestKind::assertions) return false;
  const auto bound = names_of(problem.setup, {}).bound;
  return std::binary_search(bound.begin(), bound.end(), problem.entry_point);
}

bool is_pytest(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "pytest/__init__.py", error);
}

/// Decides from the problem alone whether its tests can run apart from a sample, and gives them the modules they use.
void split(const datasets::Problem& problem, sandbox::CheckJob& job) {
  TestNames names = names_of(job.setup, job.tests, job.entry_point);
  if (DataClasses shared = data_classes_of(job.setup); shared.names == names.own_classes && !shared.names.empty()) {
    names.own_classes.clear();
    for (auto* of_program : {&names.unknown, &names.classes})  // `from solution import ListNode`
      std::erase_if(*of_program, [&](const auto& name) { return std::ranges::binary_search(shared.names, name); });
    job.shared_classes = std::move(shared.names);
    job.shared_code = std::move(shared.code);
  }
  job.shared = job.entry_point.empty() || !can_be_split(names) || is_helper(problem);
  job.objects = !names.unknown.empty() || !names.classes.empty() || !job.shared_classes.empty() ||
                is_class(problem.canonical_solution, job.entry_point);
  job.others = names.unknown;
  job.classes = names.classes;
  job.methods = names.methods;
  if (const fs::path pytest = sandbox::installed("ASSAY_PYTEST", "pytest"); names.uses_pytest && is_pytest(pytest))
    job.pytest = pytest.string();
  std::string imports;
  for (const std::string& line : names.imports) imports += line;
  for (const std::string& module : names.modules) imports += fmt::format("import {}\n", module);
  job.setup.insert(0, imports);
}

}  // namespace

std::string prompt_helpers(std::string_view prompt, std::string_view entry_point) {
  std::size_t decorators = std::string_view::npos;  // where the lines with @ that lead to this line begin
  std::size_t found = 0;
  for (std::size_t at = 0; at < prompt.size();) {
    const std::size_t end = std::min(prompt.find('\n', at), prompt.size());
    const std::string_view line = prompt.substr(at, end - at);
    // The last one counts: that is the one that a completion continues.
    if (starts_definition(line, entry_point)) found = decorators != std::string_view::npos ? decorators : at;
    if (!line.starts_with('@'))
      decorators = std::string_view::npos;
    else if (decorators == std::string_view::npos)
      decorators = at;
    at = end + 1;
  }
  return std::string(prompt.substr(0, found));
}

sandbox::CheckJob check_job(const datasets::Problem& problem, std::string solution, const TimeLimits& limits,
                            double reference_seconds) {
  sandbox::CheckJob job;
  job.program = std::move(solution);
  job.entry_point = problem.entry_point;
  if (problem.kind == datasets::TestKind::check) {
    job.setup = prompt_helpers(problem.prompt, problem.entry_point);
    job.tests = {fmt::format("{}\ncheck({})", problem.test, problem.entry_point)};
  } else {
    job.setup = problem.setup;
    job.tests = problem.tests;
  }
  split(problem, job);
  job.test_limit = call_limit(limits, reference_seconds);
  const std::vector<std::chrono::milliseconds> tests(job.tests.size(), job.test_limit);
  job.set_limit = set_limit(tests);
  return job;
}

}  // namespace assay::harness
