// Tests that are programs have the time that the canonical solution asks for, as calls have.
#include "tests/e2e/json_lines.h"
#include "tests/e2e/rewards.h"

using namespace assay::tests;

namespace {

std::string answer_after(double seconds) {
  return fmt::format("import time\n\ndef answer():\n    time.sleep({})\n    return 42\n", seconds);
}

/// A task of each form whose canonical solution sleeps for so long, and an assert list that has none.
std::string problems(double seconds) {
  const std::string program = answer_after(seconds);
  const boost::json::object list{{"task_id", "list"}, {"prompt", "the answer"}, {"code", program}};
  std::string lines;
  for (boost::json::object problem : {list, boost::json::object{{"task_id", "none"}, {"prompt", "the answer"}}}) {
    problem["tests"] = boost::json::array{"assert answer() == 42", "assert answer() != 41"};
    lines += boost::json::serialize(problem) + "\n";
  }
  return lines;
}

/// HumanEval's form: the prompt ends where the body begins.
std::string checked_problem(double seconds) {
  const boost::json::object problem{{"task_id", "check"},
                                    {"prompt", "import time\n\ndef answer():\n"},
                                    {"entry_point", "answer"},
                                    {"canonical_solution", fmt::format("    time.sleep({})\n    return 42\n", seconds)},
                                    {"test", "def check(candidate):\n    assert candidate() == 42\n"}};
  return boost::json::serialize(problem) + "\n";
}

/// Verdicts of samples that sleep for so long each, by task.
std::map<std::string, std::vector<std::string>> judged(const std::string& dataset,
                                                       const std::vector<std::string>& tasks,
                                                       const std::vector<double>& seconds) {
  const Workplace place;
  std::string samples;
  for (const std::string& task : tasks)
    for (const double each : seconds) samples += sample_line(task, answer_after(each));
  printed(place.assay(place.eval(write_file(place / "problems.jsonl", dataset).string(),
                                 write_file(place / "samples.jsonl", samples),
                                 {"--min-time-limit", "0.5", "--allow-missing"})));
  std::map<std::string, std::vector<std::string>> verdicts;
  for (const Entry& entry : read_results(place / "results.json")) verdicts[entry.task_id].push_back(entry.base);
  return verdicts;
}

}  // namespace

TEST_CASE("a test has four times what it takes the canonical solution, where that is more than the least",
          "[commands]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  // Limits: 0.5 s, and 2.4 s where there is a reference.
  const std::vector<double> seconds = {0.1, 1.2, 5};
  const auto lists = judged(problems(0.6), {"list", "none"}, seconds);
  CHECK(lists.at("list") == std::vector<std::string>{"pass", "pass", "fail"});
  CHECK(lists.at("none") == std::vector<std::string>{"pass", "fail", "fail"});
  const auto checks = judged(checked_problem(0.6), {"check"}, seconds);
  CHECK(checks.at("check") == std::vector<std::string>{"pass", "pass", "fail"});
}

TEST_CASE("a canonical solution that does not pass lengthens no limit", "[commands]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  std::string wrong = problems(0.6);
  replace_all(wrong, "return 42", "return 43");
  CHECK(judged(wrong, {"list"}, {0.1, 1.2}).at("list") == std::vector<std::string>{"pass", "fail"});
}

TEST_CASE("rewards of a task have the time that its canonical solution asks for", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const Service service({"--dataset", write_file(place / "slow.jsonl", problems(2)).string()});
  boost::json::array items;
  for (const char* task : {"list", "none"})
    items.push_back({{"solution", answer_after(6)}, {"dataset", "slow"}, {"task_id", task}});
  const auto results = rewards(service, {{"items", items}});
  CHECK(results.at(0).at("code") == 1);
  CHECK(results.at(1).at("code") == 0);
  CHECK(results.at(1).at("cause") == "timeout");
}
