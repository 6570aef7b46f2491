#include "harness/evaluation/check_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace assay::harness {
namespace {

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

sandbox::CheckJob check_job(const datasets::Problem& problem, std::string solution, const TimeLimits& limits) {
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
  job.test_limit = call_limit(limits, 0);
  const std::vector<std::chrono::milliseconds> tests(job.tests.size(), job.test_limit);
  job.set_limit = set_limit(tests);
  return job;
}

}  // namespace assay::harness
