#include "harness/service/result_cache.h"

#include <fmt/format.h>

namespace assay::harness {

datasets::Sha256 key_of(const Item& item) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  add(item.program);
  add(item.setup);
  add(item.dataset);
  add(item.task_id);
  for (const std::string& test : item.tests) add(test);
  text += fmt::format("{} {}", item.limits.test.count(), item.limits.total.count());
  return datasets::sha256_digest(text);
}

}  // namespace assay::harness
