#include "harness/service/result_cache.h"

#include <fmt/format.h>

namespace assay::harness {

datasets::Sha256 key_of(const std::vector<std::string_view>& parts) {
  std::string text;
  for (const std::string_view part : parts) text += fmt::format("{}:{}", part.size(), part);
  return datasets::sha256_digest(text);
}

datasets::Sha256 key_of(const Item& item) {
  const std::string limits = fmt::format("{} {}", item.limits.test.count(), item.limits.total.count());
  std::vector<std::string_view> parts = {item.program, item.setup, item.dataset, item.task_id, limits};
  parts.insert(parts.end(), item.tests.begin(), item.tests.end());
  // Told from an item with tests, whose fifth part is its limits: here that is the task's name, which is empty.
  if (!item.cases.empty()) parts.insert(parts.begin(), "cases");
  for (const StreamCase& each : item.cases) parts.insert(parts.end(), {each.input, each.output});
  if (!item.calls.empty()) parts.insert(parts.begin(), {"calls", item.function});
  std::string counts;  // of results, so that none is taken for the arguments of the next call
  for (const FunctionCase& each : item.calls) {
    counts += fmt::format("{} ", each.results.size());
    parts.push_back(each.arguments);
    parts.insert(parts.end(), each.results.begin(), each.results.end());
  }
  parts.push_back(counts);
  return key_of(parts);
}

}  // namespace assay::harness
