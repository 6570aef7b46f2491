#pragma once
/// A small data set, and a server of a model that answers its problems (openai_server.py).
#include <signal.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/sanitize/needed_code.h"
#include "tests/e2e/workplace.h"

#define ASSAY_NEEDS_SANITIZER() \
  if (!assay::harness::have_tree_sitter()) ASSAY_SKIP("this build has no tree-sitter")

namespace assay::tests {

/// Three problems in HumanEval's original format.
inline std::filesystem::path problems(const Workplace& place) {
  std::string text;
  for (const char* name : {"double", "triple", "negate"}) {
    const std::string entry = name;
    const std::string result = entry == "double" ? "2 * x" : entry == "triple" ? "3 * x" : "-x";
    text += boost::json::serialize(
                boost::json::object{{"task_id", "Small/" + entry},
                                    {"prompt", "def " + entry + "_it(x):\n    \"\"\"" + entry + "\"\"\"\n"},
                                    {"entry_point", entry + "_it"},
                                    {"canonical_solution", "    return " + result + "\n"},
                                    {"test", "def check(f):\n    x = 5\n    assert f(5) == " + result + "\n"}}) +
            "\n";
  }
  return write_file(place / "small.jsonl", text);
}

inline std::vector<std::string> sorted_lines(const std::filesystem::path& file) {
  std::istringstream text(read_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

/// The server of openai_server.py, as long as it lives.
class Server {
 public:
  explicit Server(const Workplace& place) : log_(place / "requests") {
    answers(place, {});
    command_.emplace(std::vector<std::string>{"/usr/bin/python3", "-I", ASSAY_SOURCE_DIR "/tests/e2e/openai_server.py",
                                              place / "answers.json", log_},
                     std::map<std::string, std::string>{});
    REQUIRE(command_->says("\n", 60));
    address_ = "http://127.0.0.1:" + std::to_string(std::stoi(command_->errors())) + "/v1";
  }
  ~Server() { command_->kill(SIGKILL); }
  /// What it answers from now on: programs, or `negate` to that problem.
  static void answers(const Workplace& place, const boost::json::value& negate) {
    boost::json::object answers;
    answers["double_it"] = "Here it is:\n```\ndef double_it(x):\n    return 2 * x\n```\n";
    answers["triple_it"] =
        "```python\nimport os\ndef helper(x):\n    return x\n\ndef triple_it(x):\n    return 3 * helper(x)\n```";
    answers["negate_it"] = "Sure:\n```\nx = 1\n```\nNow the function:\n```python\ndef negate_it(x):\n    return x\n```";
    if (!negate.is_null()) answers["negate_it"] = negate;
    write_file(place / "answers.json", boost::json::serialize(answers));
  }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::vector<std::string> requests() const { return sorted_lines(log_); }

 private:
  std::filesystem::path log_;
  std::optional<Command> command_;
  std::string address_;
};

}  // namespace assay::tests
