// Runs read from files: EvalPlus's, and our own exports.
#include <fmt/format.h>
#include <zlib.h>

#include "reports/runs/evalplus_run.h"
#include "reports/runs/open_run.h"
#include "reports/runs/run_file.h"
#include "tests/catch.h"
#include "tests/reports/example_runs.h"
#include "tests/temporary_folder.h"

namespace assay::reports {
namespace {

using namespace tests;

constexpr const char* good =
    R"({"date": "2026-01-31 09:15", "hash": "md5", "eval": {
  "HumanEval/10": [{"task_id": "HumanEval/10", "solution": "a", "base_status": "pass", "plus_status": "fail",
    "base_fail_tests": [], "plus_fail_tests": [[NaN, -Infinity, {"k": "\ud800]"}], [2]]},
   {"solution": "\ud83d\ude00", "base_status": "timeout", "plus_status": null, "base_fail_tests": [[1]], "more": {}}],
  "HumanEval/2": [{"solution": "b", "base_status": "pass", "plus_status": "pass"}]},
  "pass_at_k": {"base": {"pass@1": 1e0}}})";

TEST_CASE("EvalPlus's results are read as it writes them", "[reports]") {
  const TemporaryFolder folder;
  const auto run = read_evalplus_run(write_file(folder / "r.json", good).string(), {1, false});
  REQUIRE(run);
  CHECK(run->dataset_md5 == "md5");
  CHECK_FALSE(run->has_plus);  // one sample has no plus verdict
  REQUIRE(run->problems.size() == 2);
  CHECK(run->problems[0].task_id == "HumanEval/2");  // numbers in their order
  const RunProblem& problem = run->problems[1];
  REQUIRE(problem.samples.size() == 2);
  CHECK(problem.samples[0].plus->failed == 2);
  CHECK(problem.samples[0].plus->failing_input == R"([NaN, -Infinity, {"k": "\ud800]"}])");
  CHECK(problem.samples[0].program == "a");
  CHECK(problem.samples[1].program.empty());  // beyond the one that was asked for
  CHECK(problem.samples[1].digest == digest_of("\xf0\x9f\x98\x80"));
  CHECK(problem.samples[1].base->verdict == Verdict::timeout);
  CHECK(counts_of(problem, TestSet::base).correct == 1);
}

TEST_CASE("what assay wrote beside EvalPlus's keys tells the run, its data and its limits", "[reports]") {
  const TemporaryFolder folder;
  const auto run = read_evalplus_run(
      write_file(folder / "r.json",
                 R"({"date": "d", "hash": "m", "assay_dataset": "mini", "assay_dataset_sha256": "s", "assay_limits":
                     "min 4 s", "assay_run": "r", "eval": {"A/1": [{"base_status": "pass"}]}})")
          .string(),
      {});
  REQUIRE(run);
  CHECK(run->name == "r");
  CHECK(run->dataset == "mini");
  CHECK(run->dataset_sha256 == "s");
  CHECK(run->dataset_md5 == "m");
  CHECK(run->limits == "min 4 s");
}

TEST_CASE("inputs of failed tests are kept as they stand where they are asked for", "[reports]") {
  const TemporaryFolder folder;
  const auto run = read_evalplus_run(write_file(folder / "r.json", good).string(), ReadOptions::everything());
  REQUIRE(run);
  const std::vector<RunSample>& samples = run->problems[1].samples;
  CHECK(samples[0].base->failed_inputs == "[]");
  CHECK(samples[0].plus->failed_inputs == R"([[NaN, -Infinity, {"k": "\ud800]"}], [2]])");
  CHECK(samples[1].base->failed_inputs == "[[1]]");
}

TEST_CASE("what is no results file is refused with a reason", "[reports]") {
  struct Row {
    const char* text;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"", "not JSON"},
      {"[]", "not JSON"},
      {"{}", "no results"},
      {R"({"eval": {}})", "no results"},
      {R"({"eval": {"a": 3}})", "another kind of value"},
      {R"({"eval": {"a": [{"base_status": "good"}]}})", "none of pass, fail, timeout"},
      {R"({"eval": {"a": [{"solution": "x"}]}})", "without \"base_status\""},
      {R"({"eval": {"a": [{"base_status": "pass"}], "a": []}})", "occurs twice"},
      {R"({"eval": {"a": [{"base_status": "pass"}]}} x)", "more text"},
      {R"({"eval": {"a": [{"base_status": "pass"})", "not JSON"},
      {R"({"eval": {"a": [{"base_status": "pass", "x": "\q"}]}})", "an escape"},
  }));
  CAPTURE(row.text);
  const TemporaryFolder folder;
  const auto run = read_evalplus_run(write_file(folder / "r.json", row.text).string(), {});
  REQUIRE_FALSE(run);
  CHECK(run.error().message.find(row.reason) != std::string::npos);
}

TEST_CASE("nesting without end is refused, not followed", "[reports]") {
  const TemporaryFolder folder;
  const std::string deep(1'000'000, '[');
  const auto run = read_evalplus_run(write_file(folder / "r.json", R"({"x": )" + deep).string(), {});
  REQUIRE_FALSE(run);
  CHECK(run.error().message.find("too deeply nested") != std::string::npos);
}

TEST_CASE("an exported run comes back as it was", "[reports]") {
  const TemporaryFolder folder;
  const Run run = example_run("base", 2, 1);
  std::string text;
  write_run_file(run, [&](std::string_view line) { text += line; });
  const std::string path = write_file(folder / "run.jsonl", text).string();
  CHECK(is_run_file(path));
  const auto back = open_run(path, "no-store", ReadOptions::everything());
  REQUIRE(back);
  CHECK(back->name == run.name);
  CHECK(back->limits == run.limits);
  CHECK(back->has_plus);
  REQUIRE(back->problems.size() == run.problems.size());
  CHECK(attempts_of(back->problems.back().samples.front()) == std::vector<std::string>{"outside_view", "forged_type"});
  std::string again;
  write_run_file(*back, [&](std::string_view line) { again += line; });
  CHECK(again == text);
}

TEST_CASE("a run that was cut short is no run", "[reports]") {
  const TemporaryFolder folder;
  std::string text;
  write_run_file(example_run("base", 2, 1), [&](std::string_view line) { text += line; });
  const std::size_t last_line = text.rfind('\n', text.size() - 2) + 1;
  const auto cut = open_run(write_file(folder / "run", text.substr(0, last_line)).string(), "no-store", {});
  REQUIRE_FALSE(cut);
  CHECK_THAT(cut.error().message, Catch::Contains("39 samples are in it, of 40 that were written"));
  // A file from before says no number.
  std::string old = text.substr(0, last_line);
  const std::string number = R"(, "samples": 40)";
  old.erase(old.find(number), number.size());
  CHECK(sample_count(open_run(write_file(folder / "old", old).string(), "no-store", {}).value()) == 39);

  const std::string packed = (folder / "run.gz").string();
  gzFile file = ::gzopen(packed.c_str(), "wb");
  REQUIRE(::gzwrite(file, old.data(), static_cast<unsigned>(old.size())) > 0);
  ::gzclose(file);
  CHECK(sample_count(open_run(packed, "no-store", {}).value()) == 39);
  const std::string bytes = read_file(packed);
  // Also where what is left of the stream gives all lines, and lacks only its end.
  for (const std::size_t left : {bytes.size() / 2, bytes.size() - 1, bytes.size() - 8}) {
    const auto half = open_run(write_file(folder / "half.gz", bytes.substr(0, left)).string(), "no-store", {});
    CAPTURE(left);
    REQUIRE_FALSE(half);
    CHECK(half.error().code == Errc::bad_data);
    CHECK_THAT(half.error().message, Catch::Contains("cannot be read: the gzip data end too early"));
  }
}

TEST_CASE("each sample of a run has its place, and no other one has it", "[reports]") {
  const TemporaryFolder folder;
  const std::string head = R"({"assay_run": 1, "name": "a", "dataset": "d", "dataset_sha256": "00"})"
                           "\n";
  const std::string sample = R"("task_id": "A/1", "solution": "x", "base": null, "plus": null})"
                             "\n";
  const auto error_of = [&](const std::string& text) {
    const auto run = open_run(write_file(folder / "run", head + text).string(), "no-store", {});
    return run ? "" : run.error().message;
  };
  CHECK(error_of("{\"ordinal\": 7, " + sample + "{\"ordinal\": 4, " + sample).empty());
  CHECK_THAT(error_of("{\"ordinal\": 7, " + sample + "{\"ordinal\": 7, " + sample),
             Catch::EndsWith("two samples have the ordinal 7"));
  CHECK_THAT(error_of("{" + sample), Catch::EndsWith("a sample is not whole"));
}

TEST_CASE("a file that is no run is told by what it is", "[reports]") {
  struct Row {
    const char* what;
    std::string text;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"samples with programs",
       R"({"task_id": "A/1", "solution": "x"})"
       "\n"
       R"({"task_id": "A/2", "solution": "y"})",
       "a samples file, no results; judge it first with `assay eval`"},
      {"samples with completions", R"({"task_id": "A/1", "completion": "x"})", "a samples file"},
      {"a store", std::string("SQLite format 3\0\20\0", 18), "a store, no run; name it by --store"},
      {"other JSON", R"({"task_id": "A/1"})", "no results in it"},
  }));
  CAPTURE(row.what);
  const TemporaryFolder folder;
  const auto run = open_run(write_file(folder / "file", row.text).string(), "no-store", {});
  REQUIRE_FALSE(run);
  CHECK_THAT(run.error().message, Catch::Contains(row.reason));
}

TEST_CASE("several runs with commas between them are pooled, but not across limits", "[reports]") {
  const TemporaryFolder folder;
  Run other = example_run("seed1", 1, 0);
  const auto write = [&](const Run& run, const char* name) {
    std::string text;
    write_run_file(run, [&](std::string_view line) { text += line; });
    return write_file(folder / name, text).string();
  };
  const std::string first = write(example_run("seed0", 0, 0), "a"), second = write(other, "b");
  const auto pool = open_run(first + "," + second, "no-store", {});
  REQUIRE(pool);
  CHECK(sample_count(*pool) == 80);
  CHECK(pool->problems.size() == 40);
  CHECK_THAT(open_run(first + "," + second + "," + first, "no-store", {}).error().message,
             Catch::Contains("run seed0 is named twice"));
  const std::string copy = write(example_run("seed0", 0, 0), "copy");
  CHECK_THAT(open_run(first + "," + second + "," + copy, "no-store", {}).error().message,
             Catch::Contains("run seed0 is named twice"));
  other.limits = "min 1 s";
  const auto refused = open_run(first + "," + write(other, "c"), "no-store", {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::comparison);
  // Nor where one that does not know its limits comes first.
  other.limits.clear();
  other.name = "seed2";
  const std::string unknown = write(other, "d");
  CHECK(open_run(unknown + "," + first, "no-store", {}).value().limits == "min 4 s, factor 4");
  const auto third = open_run(unknown + "," + first + "," +
                                  write(
                                      [&] {
                                        Run one = other;
                                        one.limits = "min 1 s";
                                        one.name = "seed3";
                                        return one;
                                      }(),
                                      "e"),
                              "no-store", {});
  REQUIRE_FALSE(third);
  CHECK_THAT(third.error().message,
             Catch::Contains("seed0 and seed3 cannot be pooled: they ran under different limits"));
}

}  // namespace
}  // namespace assay::reports
