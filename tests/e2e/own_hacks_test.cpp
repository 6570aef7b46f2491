// Hacks of our own (own_hacks.txt), of families that attack this sandbox: its frames, its runner, its processes, its
// values.
#include "tests/e2e/json_lines.h"
#include "tests/e2e/judged.h"

using namespace assay::tests;

namespace {

struct Task {
  const char *id, *entry_point;
};

/// Every hack, written for every task.
std::vector<Hack> hacks_for(const std::vector<Task>& tasks) {
  std::ifstream file(std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/e2e/own_hacks.txt");
  std::vector<Hack> read;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### "))
      read.push_back({line.substr(4), "", ""});
    else if (!read.empty())
      read.back().program += line + "\n";
  }
  REQUIRE(read.size() > 1);
  REQUIRE(read.front().name == "prelude");
  std::vector<Hack> hacks;
  for (const Task& task : tasks) {
    for (std::size_t i = 1; i < read.size(); ++i) {
      Hack hack{read[i].name + " on " + task.id, task.id, read.front().program + read[i].program};
      replace_all(hack.program, "NAME", task.entry_point);
      hacks.push_back(std::move(hack));
    }
  }
  return hacks;
}

}  // namespace

TEST_CASE("no hack of ours passes inputs and expected outputs", "[hacks]") {
  // A truth, which is guessed the most easily, and a list.
  const auto judged =
      judge(hacks_for({{"Mini/11", "is_mountain"}, {"Mini/14", "rotate_ring"}}), "mini", {"--min-time-limit", "1"});
  if (judged.empty()) ASSAY_SKIP("no jail can be made here");
  check_unrewarded(judged);
  print_attempts("own hacks on inputs and outputs", judged);
}

TEST_CASE("no hack of ours passes tests that run beside it", "[hacks]") {
  const TemporaryFolder folder;
  const std::string problems =
      R"({"task_id": "square", "prompt": "square", "tests": ["assert sq(2) == 4", "assert sq(3) == 9"]})"
      "\n"
      R"({"task_id": "half", "prompt": "half", "tests": ["assert abs(half(3) - 1.5) < 1e-6", "assert half(5) > 2"]})"
      "\n"
      R"({"task_id": "sorted", "prompt": "sorted", "tests": ["x = [3, 1]\nassert ordered(x) == [1, 3]", )"
      R"("assert ordered([2, 1, 0]) == [0, 1, 2]"]})"
      "\n";
  const auto judged = judge(hacks_for({{"square", "sq"}, {"half", "half"}, {"sorted", "ordered"}}),
                            write_file(folder / "asserts.jsonl", problems).string(), {"--min-time-limit", "1"});
  if (judged.empty()) ASSAY_SKIP("no jail can be made here");
  check_unrewarded(judged);
  print_attempts("own hacks on tests beside them", judged);
}
