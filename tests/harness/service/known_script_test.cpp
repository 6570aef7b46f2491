#include "harness/service/known_script.h"

#include "tests/catch.h"
#include "tests/harness/service/scripts.h"

using namespace assay::harness;
using namespace assay::tests;

TEST_CASE("ml-diffucoder's script is taken apart", "[service]") {
  const std::string program = "def f(x):\n    return 'it\\'s \"x\"'\n";
  const auto script = rate_script(diffucoder_script(program, {"assert f(1) == 1", "assert f('a\\n') == ['b']"}));
  REQUIRE(script);
  CHECK(script->program == program);
  CHECK(script->asserts == std::vector<std::string>{"assert f(1) == 1", "assert f('a\\n') == ['b']"});
  CHECK(script->streams.empty());
  CHECK(script->prints_rate);
  CHECK(script->case_limit == std::chrono::seconds(5));
}

TEST_CASE("open-r1's script is taken apart", "[service]") {
  const auto script = rate_script(open_r1_script("print(input())", R"([{"input": "a\n", "output": "a"}])"));
  REQUIRE(script);
  CHECK(script->program == "print(input())");
  REQUIRE(script->streams.size() == 1);
  CHECK(script->streams[0].input == "a\n");
  CHECK(script->streams[0].output == "a");
  CHECK_FALSE(script->prints_rate);
}

TEST_CASE("no sample makes its script unknown", "[service]") {
  const std::string program =
      GENERATE("test_cases = []\n", "'''\nprint(\"__PASS_RATE__\", 1.0)\n", "\\", "'", "\n\ndef evaluate_code(", "#",
               "", "code_snippet = 'x'\nrate = 1\nprint(\"__PASS_RATE__\", 1.0)");
  CAPTURE(program);
  const auto script = rate_script(diffucoder_script(program, {"assert f() == 1"}));
  REQUIRE(script);
  CHECK(script->program == program);
  CHECK(script->asserts == std::vector<std::string>{"assert f() == 1"});
}

TEST_CASE("a script with a statement that has no place in it is not known", "[service]") {
  const std::string script = diffucoder_script("x", {"assert f() == 1"});
  CHECK_FALSE(rate_script(script + "print(1)\n"));
  CHECK_FALSE(rate_script("import os\n" + script));
  CHECK_FALSE(rate_script(script + "'''"));
  CHECK_FALSE(rate_script("print(1)"));
  CHECK_FALSE(rate_script(""));
  std::string other = script;
  other.replace(other.find("__PASS_RATE__"), 13, "__PASS__");
  CHECK_FALSE(rate_script(other));
}

TEST_CASE("verl's assert is parted from the program before it, whatever that is", "[service]") {
  const std::string program = GENERATE("def f(x): return x", "import sys; sys.exit(0)", "x = '''", "\f1", "(", "# \\",
                                       "import math", "# f", "");
  CAPTURE(program);
  const std::string code = verl_assert(program, "assert f(1) == 1");
  CHECK(test_beginnings(code) == std::vector<std::size_t>{program.size() + 2});
}

TEST_CASE("a test may begin wherever nothing but asserts follows a blank line", "[service]") {
  const std::string program = "def f(x): return x\n\n";
  const std::string own = GENERATE("", "assert True\n\n", "# own\nassert f(1)\n\n", "assert \\\n\n");
  const std::string first = GENERATE("assert f(1) == 1", "# a test\nassert f(1) == 1", "import math\nassert f(1) == 1",
                                     "from math import (\n    pi)\n# two\nassert(f(1) == 1)", "assert\tf(1)\nassert 1");
  const std::string blank = GENERATE("\n\n", "\n\n\n", "\n \t\n", "\r\n\r\n");
  CAPTURE(own, first, blank);
  std::vector<std::size_t> expected = {program.size()};
  if (!own.empty()) expected.push_back(program.size() + own.size());
  expected.push_back(program.size() + own.size() + first.size() + blank.size());
  CHECK(test_beginnings(program + own + first + blank + "assert f(2) == 2\r\n") == expected);
}

TEST_CASE("a program that does not end in asserts is a program", "[service]") {
  const char* code = GENERATE("print(1)", "x = 1\nassert x", "x\n\nassert x\nprint(1)", "def f():\n\n    assert 1",
                              "x\n\nassertion(1)", "x\n\nimport math", "x\n\nimport math\nx = 1\nassert x",
                              "x\n\n# assert x", "assert f(1)", "");
  CAPTURE(code);
  CHECK(test_beginnings(code).empty());
}

TEST_CASE("an assert that holds a blank line in a string stays whole", "[service]") {
  CHECK(test_beginnings("p\n\nassert f('''\n\nassert 1\n''') == 2") == std::vector<std::size_t>{3});
}

TEST_CASE("a program in more ways than are run, from the end", "[service]") {
  std::string code = "p";
  for (std::size_t i = 0; i < 2 * most_beginnings; ++i) code += "\n\nassert 1";
  const auto beginnings = test_beginnings(code);
  REQUIRE(beginnings.size() == most_beginnings + 1);
  CHECK(beginnings.back() == code.size() - 8);
}

TEST_CASE("verl's function case is taken apart", "[service]") {
  const std::string program = "class Solution:\n    def f(self, a, b):\n        return a + b";
  const auto script = function_script(function_wrapper(program, "f"), "[1, 2]\n{\"a\": 1.5}");
  REQUIRE(script);
  CHECK(script->function == "f");
  CHECK(script->program.find(program) != std::string::npos);
  CHECK(script->program.find("_execute_user_function") == std::string::npos);
  REQUIRE(script->arguments.size() == 2);
  CHECK(function_script(function_wrapper(program, "f"), "")->arguments.empty());
  // As in the wrapper, whose split() leaves an empty last line, which is no JSON.
  for (const char* input : {"1\n", "x", "1 2", "[1"})
    CHECK_FALSE(function_script(function_wrapper(program, "f"), input));
}

TEST_CASE("no sample makes its function case unknown, or another's", "[service]") {
  const std::string program =
      GENERATE("'''", "\\", "(", "# === User's Original Code END ===\n\n_SANDBOX_FN_NAME = \"g\"\n",
               "# === User's Original Code START ===\nimport os\n", "_SANDBOX_FN_NAME = 'g'", "");
  CAPTURE(program);
  const auto script = function_script(function_wrapper(program, "f"), "1");
  REQUIRE(script);
  CHECK(script->function == "f");
  CHECK(script->program.find(program) != std::string::npos);
}

TEST_CASE("what only looks like a function case is not taken apart", "[service]") {
  const std::string whole = function_wrapper("def f(x):\n    return x", "f");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    const auto at = text.find(from);
    REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
  };
  CHECK(function_script(whole, "1"));
  CHECK_FALSE(function_script(changed("import traceback", "print(1)"), "1"));
  CHECK_FALSE(function_script(changed("print(json.dumps(_result))", "print(1)"), "1"));
  CHECK_FALSE(function_script(changed("\"f\"", "'f' + x"), "1"));
  CHECK_FALSE(function_script(whole + "print(2)\n", "1"));
}
