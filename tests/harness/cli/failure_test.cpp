#include "harness/cli/failure.h"

#include "harness/cli/eval_report.h"
#include "tests/catch.h"

namespace assay::harness {
namespace {

TEST_CASE("names that stand in what a command says steer no terminal", "[failure]") {
  CHECK(warning("a\x1b[31m\nb é") == "assay: warning: a\\u001b[31m\\nb é");
  EvalReport report;
  report.run = "a\x1b[31m";
  report.store = "\u202e.db";
  report.output = "a\r";
  report.dataset = "a\x07";
  const std::string text = report_text(report);
  CHECK_THAT(text, Catch::StartsWith("a\\u0007 (base tests)\n"));
  CHECK_THAT(text, Catch::Contains("\nrun      a\\u001b[31m\nstore    \\u202e.db\nresults  a\\u000d\n"));
}

}  // namespace
}  // namespace assay::harness
