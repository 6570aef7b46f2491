#include "harness/sanitize/sanitize.h"

#include <boost/json.hpp>
#include <fstream>

#include "harness/sanitize/longest_block.h"
#include "harness/sanitize/needed_code.h"
#include "tests/catch.h"
#include "tests/checks_python.h"
#include "tests/temporary_folder.h"

using namespace assay;
using namespace assay::harness;
using namespace std::string_literals;

namespace {

sandbox::Executor started() {
  sandbox::Options options;
  options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
  auto executor = sandbox::Executor::start(options);
  REQUIRE(executor);
  return std::move(*executor);
}

std::string text_of(const boost::json::value& row, const char* key) { return std::string(row.at(key).as_string()); }

/// Each line of a file that reference.py wrote.
void check_agreement(const std::filesystem::path& cases, std::size_t at_least) {
  auto executor = started();
  std::ifstream file(cases);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const boost::json::value row = boost::json::parse(line);
    const std::string answer = text_of(row, "answer"), entry_point = text_of(row, "entry_point");
    CAPTURE(answer, entry_point);
    const auto sanitized = sanitize(executor, answer, entry_point);
    REQUIRE(sanitized);
    CHECK(*sanitized == text_of(row, "sanitized"));
  }
  CHECK(count >= at_least);
}

}  // namespace

TEST_CASE("an answer's code is its longest run of lines that Python parses", "[sanitize]") {
  struct Row {
    const char* what;
    std::string text, block;
  };
  const auto row = GENERATE(values<Row>({
      {"all of it", "x = 1\ny = 2", "x = 1\ny = 2"},
      {"between fences", "Sure, here:\n```python\nx = 1\n\ny = 2\n```\nDone, ok?", "x = 1\n\ny = 2"},
      {"of two as long the first", "a = 1\nb = 2\n!\nc = 1\nd = 2", "a = 1\nb = 2"},
      {"blank lines do not count, but come along at the end of what is found first", "!\na = 1\n\n!\nb = 1\nc = 2\n",
       "b = 1\nc = 2"},
      {"two lines at least: else the first line", "no code\n!", "no code"},
      {"one line", "x = 1", "x = 1"},
      {"nothing", "", ""},
      {"a null character", "x = 1\ny = '\0'\nz = 3\nw = 4"s, "z = 3\nw = 4"},
      {"a lone surrogate", "x = 1\ny = '\xed\xa0\x80'\nz = 3\nw = 4", "z = 3\nw = 4"},
  }));
  CAPTURE(row.what);
  auto executor = started();
  const auto block = longest_block(executor, row.text);
  REQUIRE(block);
  CHECK(*block == row.block);
}

TEST_CASE("an answer that nests without end is no danger to the rest", "[sanitize]") {
  auto executor = started();
  for (const char* opening : {"(", "[", "-", "not ", "lambda: "}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += opening;
    (void)longest_block(executor, deep + "1\nx = 1\ny = 2");  // whatever comes of it, it comes
  }
  CHECK(longest_block(executor, "!\nx = 1\ny = 2") == "x = 1\ny = 2");
}

TEST_CASE("white space at the ends is what Python's strip takes", "[sanitize]") {
  CHECK(python_strip(" \t\r\n\v\f\x1c\x1f\u0085\u00a0\u2003\u3000x y\u2028 ") == "x y");
  CHECK(python_strip("\u200bx") == "\u200bx");
  CHECK(python_strip(" \u3000 ").empty());
}

TEST_CASE("of a program stay the imports and what the entry point reaches", "[sanitize]") {
  if (!have_tree_sitter()) ASSAY_SKIP("tree-sitter's sources; scripts/setup");
  struct Row {
    const char* what;
    std::string program, entry_point, needed;
  };
  const auto row = GENERATE(values<Row>({
      {"what is reached by names",
       "import os\nA = 1\nB = 2\ndef g(): return A\ndef f(x): return g()\ndef h(): return B", "f",
       "import os\nA = 1\ndef g(): return A\ndef f(x): return g()"},
      {"a name's first definition", "def f(): return 1\ndef f(): return 2", "f", "def f(): return 1"},
      {"functions that return nothing go", "def g(): pass\ndef f(): return g()", "f", "def f(): return g()"},
      {"neither decorated nor conditional", "@d\ndef g(): return 1\nif x:\n  y = 1\ndef f(): return g()", "f",
       "def f(): return g()"},
      {"all definitions without an entry point", "A = 1\nprint(A)\nclass C: pass", "", "A = 1\nclass C: pass"},
      {"nothing of what is absent", "A = 1", "f", ""},
  }));
  CAPTURE(row.what);
  CHECK(needed_code(row.program, row.entry_point) == row.needed);
}

TEST_CASE("answers of many shapes become what evalplus.sanitize made of them", "[sanitize]") {
  if (!have_tree_sitter()) ASSAY_SKIP("tree-sitter's sources; scripts/setup");
  check_agreement(std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/harness/sanitize/golden.jsonl", 150);
}

TEST_CASE("hundreds more become what the package makes of them here", "[sanitize][volume]") {
  if (!have_tree_sitter()) ASSAY_SKIP("tree-sitter's sources; scripts/setup");
  const tests::TemporaryFolder folder;
  const std::string cases = (folder / "cases.jsonl").string();
  const int status = tests::run_reference("harness/sanitize/reference.py", {cases, "--answers", "600", "--seed", "2"});
  if (status == tests::package_absent) ASSAY_SKIP("the evalplus package; scripts/setup --with-checks");
  REQUIRE(status == 0);
  check_agreement(cases, 500);
}
