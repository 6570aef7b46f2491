#include "harness/service/completion.h"

#include "tests/catch.h"

using assay::harness::fenced_program;

TEST_CASE("a completion holds a program where it has one closed python fence, last of all", "[service]") {
  struct Row {
    const char *what, *completion, *program;  // null: none
  };
  const auto row = GENERATE(values<Row>({
      {"fence alone", "```python\nx = 1\n```\n", "x = 1\n"},
      {"words ahead", "Here it is:\n```python\nx\n```\n", "x\n"},
      {"fence within a line", "so ```python\nx\n```\n", "x\n"},
      {"empty block", "```python\n```\n", ""},
      {"closing fence on the last line of code", "```python\nx```\n", "x"},
      {"no fence", "x = 1\n", nullptr},
      {"never closed", "```python\nx\n", nullptr},
      {"no newline at the end", "```python\nx\n```", nullptr},
      {"two newlines at the end", "```python\nx\n```\n\n", nullptr},
      {"words after", "```python\nx\n```\ndone\n", nullptr},
      {"another language", "```py\nx\n```\n", nullptr},
      {"no language", "```\nx\n```\n", nullptr},
      {"two blocks", "```python\nx\n```\n```python\ny\n```\n", nullptr},
      {"another block ahead", "```\nx\n```\n```python\ny\n```\n", nullptr},
      {"four backticks at the end", "```python\nx\n````\n", nullptr},
      {"carriage return", "```python\r\nx\r\n```\r\n", nullptr},
      {"empty", "", nullptr},
  }));
  CAPTURE(row.what);
  const auto program = fenced_program(row.completion);
  REQUIRE(program.has_value() == (row.program != nullptr));
  if (program) CHECK(*program == row.program);
}
