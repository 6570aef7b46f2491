#include "harness/service/program_report.h"

#include <fmt/format.h>

#include <random>

#include "harness/service/request_json.h"

namespace assay::harness {

std::string new_mark() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("assay-{:016x}{:016x}", random(), random());
}

std::optional<datasets::Value> take_report(sandbox::Outcome& outcome, std::string_view mark) {
  const std::string line = "\n" + std::string(mark);
  const std::size_t at = outcome.err.rfind(line);
  if (at == std::string::npos) return std::nullopt;
  std::vector<Flaw> flaws;
  auto report = parse_object(std::string_view(outcome.err).substr(at + line.size()), flaws);
  outcome.err.resize(at);
  return report;
}

}  // namespace assay::harness
