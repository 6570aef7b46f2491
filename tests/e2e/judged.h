#pragma once
/// What `assay eval` makes of samples: each sample's verdicts, in the order in which they were given.
#include <sqlite3.h>

#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <set>
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
  std::string name, base, plus;    ///< plus: empty where the data set has none
  std::set<std::string> attempts;  ///< by kind, on either set
};

/// Attempts by the sample's place in its file, as the store keeps them.
inline std::map<int, std::set<std::string>> attempts_in(const std::filesystem::path& store) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(store.c_str(), &connection) == SQLITE_OK);
  std::map<int, std::set<std::string>> attempts;
  const auto take = [](void* into, int, char** columns, char**) {
    (*static_cast<std::map<int, std::set<std::string>>*>(into))[std::stoi(columns[0])].insert(columns[1]);
    return 0;
  };
  const char* const sql = "SELECT ordinal, value FROM verdicts, json_each(attempts)";
  CHECK(sqlite3_exec(connection, sql, take, &attempts, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
  return attempts;
}

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
  auto attempts = attempts_in(folder / "store.db");
  CHECK(boost::json::parse(printed).at("attempts").at("samples") == attempts.size());
  std::map<std::string, std::size_t> seen;
  std::vector<Judged> judged;
  for (const Hack& hack : hacks) {
    const auto& entry = results.at(hack.task_id).as_array().at(seen[hack.task_id]++).as_object();
    const auto* plus = entry.if_contains("plus_status");
    judged.push_back({hack.name, std::string(entry.at("base_status").as_string()),
                      plus != nullptr && plus->is_string() ? std::string(plus->as_string()) : std::string(),
                      attempts[static_cast<int>(judged.size())]});
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

/// Tells how many of the programs show an attempt, and of which kinds.
inline void print_attempts(const std::string& what, const std::vector<Judged>& judged) {
  std::size_t samples = 0;
  std::map<std::string, std::size_t> kinds;
  for (const Judged& each : judged) {
    samples += each.attempts.empty() ? 0 : 1;
    for (const std::string& kind : each.attempts) ++kinds[kind];
  }
  std::cout << what << ": " << samples << " of " << judged.size() << " show an attempt";
  for (const auto& [kind, count] : kinds)
    std::cout << (kind == kinds.begin()->first ? ": " : ", ") << kind << " " << count;
  std::cout << std::endl;
}

}  // namespace assay::tests
