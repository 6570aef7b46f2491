/// Every input of EvalPlus's files against what Python reads.
#include <fmt/format.h>

#include <algorithm>

#include "datasets/digest.h"
#include "datasets/load.h"
#include "tests/catch.h"
#include "tests/datasets/canonical.h"
#include "tests/datasets/child.h"

using namespace assay::datasets;
using assay::tests::Child;

namespace {

std::string lines_of(const Dataset& dataset) {
  std::string lines;
  for (const Problem& problem : dataset.problems) {
    for (const auto& [set, inputs] : {std::pair("base", &problem.base_input), std::pair("plus", &problem.plus_input)})
      for (std::size_t i = 0; i < inputs->size(); ++i)
        lines += fmt::format("{} {} {} {}\n", problem.task_id, set, i, sha256(assay::tests::canonical((*inputs)[i])));
  }
  return lines;
}

/// The first line in which the two differ, both ways.
std::string first_difference(const std::string& ours, const std::string& theirs) {
  const auto [left, right] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
  const auto line = [](const std::string& text, std::string::const_iterator at) {
    const auto offset = static_cast<std::size_t>(at - text.begin());
    const std::size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    return text.substr(start, text.find('\n', offset) - start);
  };
  return fmt::format("ours \"{}\", Python's \"{}\"", line(ours, left), line(theirs, right));
}

}  // namespace

TEST_CASE("every input of EvalPlus's files is what Python's json and its own rule a task give", "[datasets][volume]") {
  if (!assay::tests::have_shared()) ASSAY_SKIP("shared/data is absent");
  struct Row {
    const char* file;
    std::size_t inputs;
  };
  const auto row = GENERATE(values<Row>({{"HumanEvalPlus.jsonl.gz", 124253},
                                         {"HumanEvalPlus-Mini.jsonl.gz", 2677},
                                         {"HumanEvalPlus-NoExtreme.jsonl.gz", 124074},
                                         {"MbppPlus.jsonl.gz", 41015},
                                         {"MbppPlus-NoExtreme.jsonl.gz", 40810}}));
  CAPTURE(row.file);
  const std::string file = (assay::tests::shared_dir() / "data" / row.file).string();
  const auto loaded = load(file);
  REQUIRE(loaded);
  const std::string ours = lines_of(loaded->dataset);
  Child python({"python3", ASSAY_SOURCE_DIR "/tests/datasets/canonical_inputs.py", file});
  const std::string theirs = python.rest();
  REQUIRE(python.wait() == 0);
  CHECK(static_cast<std::size_t>(std::count(theirs.begin(), theirs.end(), '\n')) == row.inputs);
  const bool same = ours == theirs;
  INFO((same ? std::string() : first_difference(ours, theirs)));
  CHECK(same);
}
