#include "datasets/formats/rows.h"

namespace assay::datasets {

Problem humaneval_row(Record& record) {
  Problem problem;
  problem.kind = TestKind::check;
  problem.task_id = record.task_id("task_id");
  problem.prompt = record.text("prompt");
  problem.entry_point = record.identifier("entry_point");
  problem.canonical_solution = record.text("canonical_solution");
  problem.test = record.text("test");
  if (problem.test.find("check") == std::string::npos) record.reject("test", "it must define check(candidate)");
  return problem;
}

}  // namespace assay::datasets
