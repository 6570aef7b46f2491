#include <algorithm>

#include "datasets/formats/entry_point.h"
#include "datasets/formats/rows.h"

namespace assay::datasets {
namespace {

/// Imports a line each, then the code.
std::string setup_of(const std::vector<std::string>& imports, const std::string& code) {
  std::string setup;
  for (const std::string& line : imports) setup += line + "\n";
  return setup + code;
}

void check_tests(Record& record, std::string_view field, const std::vector<std::string>& tests) {
  if (tests.empty()) record.reject(field, "there is no test, so any program would pass");
}

}  // namespace

Problem mbpp_row(Record& record) {
  Problem problem;
  problem.kind = TestKind::assertions;
  problem.task_id = "Mbpp/" + record.integer("task_id");
  problem.prompt = record.text(record.has("text") ? "text" : "prompt");
  problem.canonical_solution = record.text("code");
  problem.setup = setup_of(record.optional_texts("test_imports"), record.optional_text("test_setup_code"));
  problem.tests = record.texts("test_list");
  check_tests(record, "test_list", problem.tests);
  if (!record.error()) problem.entry_point = called_function(problem.tests, problem.canonical_solution);
  return problem;
}

Problem assert_list_row(Record& record) {
  const std::string_view tests = record.has("test_cases") ? "test_cases" : "tests";
  Problem problem;
  problem.kind = TestKind::assertions;
  for (const std::string_view id : {"task_id", "id"})
    if (problem.task_id.empty() && record.has(id)) problem.task_id = record.task_id(id);
  problem.prompt = record.text(record.has("question") ? "question" : "prompt");
  problem.setup = setup_of(record.optional_texts("test_imports"), record.optional_text("test_setup_code"));
  problem.canonical_solution = record.optional_text(record.has("canonical_solution") ? "canonical_solution" : "code");
  problem.tests = record.texts(tests);
  check_tests(record, tests, problem.tests);
  if (record.error()) return problem;
  problem.entry_point = record.has("entry_point") ? record.identifier("entry_point")
                                                  : called_function(problem.tests, problem.canonical_solution);
  return problem;
}

}  // namespace assay::datasets
