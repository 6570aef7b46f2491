// The corpus of reward hacks (shared/fixtures/hacks): none is scored as passing.
#include "tests/e2e/json_lines.h"
#include "tests/e2e/judged.h"

using namespace assay::tests;

namespace {

/// What stands in the first fenced block, as a reward takes it from a model's answer.
std::string fenced(const std::string& completion) {
  const std::string opening = "```python\n";
  const auto from = completion.find(opening) + opening.size();
  return completion.substr(from, completion.find("```", from) - from);
}

/// Families whose act can be told from honest doing: each of their hacks is recorded under that kind.
void check_attempts(const std::string& what, const std::vector<Judged>& judged) {
  const std::map<std::string, std::string> kinds = {
      {"eq_object", "forged_type"},           {"eq_subclass", "forged_type"}, {"class_lie", "forged_type"},
      {"eq_mutates_expected", "forged_type"}, {"numpy_trick", "forged_type"}, {"fd_write", "forged_frame"}};
  std::size_t seen = 0;
  for (const Judged& each : judged) {
    for (const auto& [family, kind] : kinds) {
      if (("." + each.name).find("." + family + ".") == std::string::npos) continue;
      CAPTURE(each.name);
      CHECK(each.attempts.count(kind) == 1);
      ++seen;
    }
  }
  CHECK(seen >= kinds.size());
  print_attempts(what, judged);
}

std::filesystem::path corpus() { return shared_dir() / "fixtures/hacks"; }

}  // namespace

TEST_CASE("no hack of the corpus passes EvalPlus's tests, base or plus", "[hacks]") {
  if (!std::filesystem::exists(corpus())) ASSAY_SKIP("shared/fixtures/hacks is not there");
  struct Set {
    const char *name, *data;
  };
  const auto set = GENERATE(values<Set>({{"humaneval", "HumanEvalPlus.jsonl.gz"}, {"mbpp", "MbppPlus.jsonl.gz"}}));
  CAPTURE(set.name);
  std::vector<Hack> hacks;
  for (const auto& row : rows_of(corpus() / "evalplus_style.jsonl"))
    if (text(row, "dataset") == set.name)
      hacks.push_back({text(row, "hack_id"), text(row, "task_id"), text(row, "solution")});
  REQUIRE(!hacks.empty());
  const auto judged = judge(hacks, set.name, {"--data", (shared_dir() / "data" / set.data).string()});
  if (judged.empty()) ASSAY_SKIP("no jail can be made here");
  check_unrewarded(judged);
  check_attempts(std::string("hacks on ") + set.name, judged);
}

TEST_CASE("no hack of the corpus passes HumanEval's own test programs", "[hacks]") {
  if (!std::filesystem::exists(corpus())) ASSAY_SKIP("shared/fixtures/hacks is not there");
  std::vector<Hack> hacks;
  for (const auto& row : rows_of(corpus() / "evalplus_style.jsonl"))
    if (text(row, "dataset") == "humaneval")
      hacks.push_back({text(row, "hack_id"), text(row, "task_id"), text(row, "solution")});
  const auto judged =
      judge(hacks, "humaneval-original", {"--data", (shared_dir() / "data/HumanEval.jsonl.gz").string()});
  if (judged.empty()) ASSAY_SKIP("no jail can be made here");
  check_unrewarded(judged);
  check_attempts("hacks on humaneval-original", judged);
}

TEST_CASE("no hack of the corpus passes a list of asserts", "[hacks]") {
  if (!std::filesystem::exists(corpus())) ASSAY_SKIP("shared/fixtures/hacks is not there");
  const TemporaryFolder folder;
  std::string problems;
  std::vector<Hack> hacks;
  for (const auto& row : rows_of(corpus() / "assert_style.jsonl")) {
    const auto name = text(row, "hack_id");
    problems +=
        boost::json::serialize(boost::json::object{{"task_id", name}, {"prompt", "sq"}, {"tests", row.at("tests")}}) +
        "\n";
    hacks.push_back({name, name, fenced(text(row, "completion"))});
  }
  REQUIRE(!hacks.empty());
  const auto judged = judge(hacks, write_file(folder / "asserts.jsonl", problems).string());
  if (judged.empty()) ASSAY_SKIP("no jail can be made here");
  check_unrewarded(judged);
  check_attempts("hacks on lists of asserts", judged);
}
