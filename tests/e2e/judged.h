#pragma once
/// What `assay eval` makes of samples: each sample's verdicts, in the order in which they were given.
#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/datasets/child.h"
#include "tests/temporary_folder.h"

namespace assay::tests {

struct Hack {
  std::string name, task_id, program;
};

struct Judged {
  std::string name, base, plus;  ///< plus: empty where the data set has none
};

/// Runs the command. Where it can't run samples here (exit code 4), nothing.
inline std::vector<Judged> judge(const std::vector<Hack>& hacks, const std::string& dataset,
                                 const std::vector<std::string>& more = {}) {
  const TemporaryFolder folder;
  std::string lines;
  for (const Hack& hack : hacks)
    lines += boost::json::serialize(boost::json::object{{"task_id", hack.task_id}, {"solution", hack.program}}) + "\n";
  const auto output = folder / "results.json";
  std::vector<std::string> command = {ASSAY_BINARY,      "eval",
                                      "--dataset",       dataset,
                                      "--samples",       write_file(folder / "samples.jsonl", lines).string(),
                                      "--store",         (folder / "store.db").string(),
                                      "--output",        output.string(),
                                      "--parallel",      "2",
                                      "--allow-missing", "--json"};
  command.insert(command.end(), more.begin(), more.end());
  Child child(command);
  const std::string printed = child.rest();
  const int code = child.wait();
  if (code == 4) return {};
  CAPTURE(printed);
  REQUIRE(code == 0);
  const auto results = boost::json::parse(read_file(output)).at("eval");
  std::map<std::string, std::size_t> seen;
  std::vector<Judged> judged;
  for (const Hack& hack : hacks) {
    const auto& entry = results.at(hack.task_id).as_array().at(seen[hack.task_id]++).as_object();
    const auto* plus = entry.if_contains("plus_status");
    judged.push_back({hack.name, std::string(entry.at("base_status").as_string()),
                      plus != nullptr && plus->is_string() ? std::string(plus->as_string()) : std::string()});
  }
  return judged;
}

/// A program has no right to any reward: neither set passes.
inline void check_unrewarded(const std::vector<Judged>& judged) {
  for (const Judged& each : judged) {
    CAPTURE(each.name, each.base, each.plus);
    CHECK(each.base != "pass");
    CHECK(each.plus != "pass");
  }
}

}  // namespace assay::tests
