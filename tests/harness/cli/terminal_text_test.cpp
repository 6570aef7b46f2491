#include "harness/cli/terminal_text.h"

#include "tests/catch.h"

namespace assay::harness {

TEST_CASE("a terminal is shown lines and tabs, and of all that would steer it the name", "[cli]") {
  CHECK(terminal_text("").empty());
  CHECK(terminal_text("one\n\ttwo\n\n") == "one\n\ttwo\n\n");
  CHECK(terminal_text("\x1b]0;title\x07\x1b[31mred\r\n") == "\\u001b]0;title\\u0007\\u001b[31mred\\u000d\n");
  CHECK(terminal_text(std::string("a\0b\xff", 4)) == "a\\u0000b\\xff");
  CHECK(terminal_text("\u00e9 \u4e16\xe2\x80\xae") == "\u00e9 \u4e16\\u202e");
}

}  // namespace assay::harness
