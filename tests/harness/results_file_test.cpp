#include "harness/results_file.h"

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/runs/evalplus_run.h"
#include "tests/catch.h"
#include "tests/small_disk.h"
#include "tests/temporary_folder.h"

extern char** environ;  // NOLINT

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using namespace datasets;

Value arguments(std::vector<Value> items) { return {List{std::move(items)}}; }

/// Three problems, two of MBPP+ whose inputs JSON cannot hold.
struct Run {
  Run() {
    dataset.name = "mbpp";
    dataset.family = Family::mbpp;
    dataset.has_plus = true;
    dataset.md5 = "d41d8cd98f00b204e9800998ecf8427e";
    dataset.sha256 = "e3b0c44298fc1c149afbf4c8996fb924";
    Problem plain, sets, angles;
    plain.task_id = "Mbpp/2";
    plain.base_input = {arguments({{Tuple{{{Integer{"1"}}, {Float{"1e-7"}}}}}}), arguments({{Integer{"2"}}})};
    plain.plus_input = {arguments({{Float{"NaN"}}}), arguments({{String{"\xed\xa0\x80"}}})};
    sets.task_id = "Mbpp/115";
    sets.base_input = {arguments({{List{{{Set{{{Integer{"1"}}}}}, {Dict{}}}}}})};
    angles.task_id = "Mbpp/124";
    angles.base_input = {{Tuple{{{Float{"0"}}, {Complex{{"0"}, {"1"}}}}}}};
    dataset.problems = {plain, sets, angles};
    samples = {
        {"Mbpp/115", "s", 0}, {"Mbpp/2", "x = '\xc3\xa9\xed\xa0\x80'", 1}, {"Mbpp/2", "y", 2}, {"Mbpp/124", "z", 3}};
    results.resize(4);
    results[0].base = fail({0});
    results[0].plus = SetResult{};
    results[1].base = fail({1, 0});
    results[1].plus = fail({0, 1});
    results[2].base.verdict = Verdict::pass;
    results[2].plus = SetResult{};
    results[2].plus->verdict = Verdict::pass;
    results[3].base = fail({0, 99});
    results[3].plus = SetResult{};
    results[3].plus->verdict = Verdict::timeout;
  }
  static SetResult fail(std::vector<std::uint32_t> failed) {
    SetResult result;
    result.failed = std::move(failed);
    return result;
  }
  [[nodiscard]] ResultsFile file(std::string name = "run, \"eval\" 1") const {
    return {dataset, samples, results, std::move(name), "min 4 s, factor 4"};
  }

  Dataset dataset;
  std::vector<Sample> samples;
  std::vector<SampleResult> results;
};

/// The exit status of Python with this script and this file as its argument, or none where there is no Python.
std::optional<int> python(const char* script, const fs::path& file) {
  std::string name = "python3", flag = "-c", text = script, path = file.string();
  char* const argv[] = {name.data(), flag.data(), text.data(), path.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, name.c_str(), nullptr, nullptr, argv, environ) != 0) return std::nullopt;
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  return names;
}

TEST_CASE("Python reads the file, with the keys, shapes and words of EvalPlus", "[results]") {
  const tests::TemporaryFolder folder;
  const Run run;
  REQUIRE(write_results_file(folder / "r.json", run.file(), Overwrite::own));
  const auto status = python(R"(
import json, math, re, sys
r = json.load(open(sys.argv[1]))
assert list(r) == ["date", "hash", "assay_dataset", "assay_dataset_sha256", "assay_limits", "assay_run", "eval", "pass_at_k", "assay_causes"], list(r)
assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", r["date"])
assert r["hash"] == "d41d8cd98f00b204e9800998ecf8427e" and r["assay_run"] == 'run, "eval" 1'
e = r["eval"]
assert list(e) == ["Mbpp/115", "Mbpp/2", "Mbpp/124"]
assert [len(x) for x in e.values()] == [1, 2, 1]
for task, samples in e.items():
    for s in samples:
        assert list(s) == ["task_id", "solution", "base_status", "plus_status", "base_fail_tests", "plus_fail_tests"]
        assert s["task_id"] == task
a, b = e["Mbpp/2"]
assert a["solution"] == "x = '\u00e9\ud800'", ascii(a["solution"])
assert a["base_status"] == "fail" and a["base_fail_tests"] == [[2], [[1, 1e-07]]], a
assert math.isnan(a["plus_fail_tests"][0][0]) and a["plus_fail_tests"][1] == ["\ud800"]
assert b["base_status"] == b["plus_status"] == "pass" and b["base_fail_tests"] == b["plus_fail_tests"] == []
assert e["Mbpp/115"][0]["base_fail_tests"] == [[[[1], []]]]
assert e["Mbpp/124"][0]["base_fail_tests"] == [["0.0", "1j"]] and e["Mbpp/124"][0]["plus_status"] == "timeout"
assert r["pass_at_k"] == {"base": {"pass@1": 0.5 / 3}, "plus": {"pass@1": 0.5 / 3}}, r["pass_at_k"]
)",
                             folder / "r.json");
  if (!status) ASSAY_SKIP("python3 is not installed");
  CHECK(*status == 0);
}

TEST_CASE("a report on the file knows the data set and why samples failed", "[results]") {
  const tests::TemporaryFolder folder;
  Run run;
  run.results[0].base.cause = Cause::exception;
  run.results[1].base.cause = Cause::wrong_answer;
  run.results[1].plus->cause = Cause::memory;
  run.results[3].plus->cause = Cause::crash;
  REQUIRE(write_results_file(folder / "r.json", run.file(), Overwrite::own));
  const auto read = reports::read_evalplus_run(folder / "r.json", {});
  REQUIRE(read);
  CHECK(read->dataset == "mbpp");
  std::vector<std::string> causes;
  for (const reports::RunProblem& problem : read->problems)
    for (const reports::RunSample& sample : problem.samples)
      causes.push_back(problem.task_id + " " + sample.base->cause + " " + sample.plus->cause);
  CHECK(causes == std::vector<std::string>{"Mbpp/2 wrong_answer memory", "Mbpp/2 none none", "Mbpp/115 exception ",
                                           "Mbpp/124  crash"});
}

TEST_CASE("without plus tests plus_status is null and pass_at_k has base alone", "[results]") {
  const tests::TemporaryFolder folder;
  Run run;
  for (SampleResult& result : run.results) result.plus.reset();
  REQUIRE(write_results_file(folder / "r.json", run.file(), Overwrite::own));
  const std::string text = tests::read_file(folder / "r.json");
  CHECK_THAT(text, Catch::Contains("\"plus_status\": null") && Catch::Contains("\"plus_fail_tests\": []") &&
                       !Catch::Contains("\"plus\":"));
}

TEST_CASE("failed statements of assert lists are given by their text", "[results]") {
  const tests::TemporaryFolder folder;
  Run run;
  run.dataset.problems[0].kind = TestKind::assertions;
  run.dataset.problems[0].tests = {"assert f(1) == 1", "assert f(2) == 2"};
  run.results[1] = {Run::fail({1}), std::nullopt};
  REQUIRE(write_results_file(folder / "r.json", run.file(), Overwrite::own));
  CHECK_THAT(tests::read_file(folder / "r.json"), Catch::Contains(R"("base_fail_tests": ["assert f(2) == 2"])"));
}

TEST_CASE("a run replaces its own file, and another's only by force", "[results]") {
  const tests::TemporaryFolder folder;
  const Run run;
  const fs::path path = folder / "r.json";
  REQUIRE(write_results_file(path, run.file("a, b"), Overwrite::own));
  CHECK(may_write_results(path, "a, b", Overwrite::own));
  REQUIRE(write_results_file(path, run.file("a, b"), Overwrite::own));
  const std::string before = tests::read_file(path);
  const auto refused = write_results_file(path, run.file("b"), Overwrite::own);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::usage);
  CHECK_THAT(refused.error().message, Catch::Contains("the results of run \"a, b\"") && Catch::Contains("--force"));
  CHECK(tests::read_file(path) == before);
  CHECK(may_write_results(path, "b", Overwrite::yes));
  REQUIRE(write_results_file(path, run.file("b"), Overwrite::yes));
  CHECK(may_write_results(path, "b", Overwrite::own));
  CHECK(names_in(folder.path()) == std::vector<std::string>{"r.json"});
}

TEST_CASE("a file that does not say who wrote it is not replaced", "[results]") {
  const tests::TemporaryFolder folder;
  const char* content = GENERATE("", "notes", R"({"date": "", "hash": "", "eval": {"T": ["\"assay_run\": \"a\", "]}})");
  const fs::path path = tests::write_file(folder / "r.json", content);
  const auto refused = may_write_results(path, "a", Overwrite::own);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("something that assay did not write"));
}

TEST_CASE("a place that cannot be written is told before the work", "[results]") {
  const tests::TemporaryFolder folder;
  CHECK(may_write_results(folder.path(), "a", Overwrite::yes).error().code == Errc::usage);
  const auto absent = may_write_results(folder / "no/such/r.json", "a", Overwrite::own);
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == Errc::io);
  CHECK_THAT(absent.error().message, Catch::Contains("its folder cannot be written: No such file"));
}

TEST_CASE("a full disk leaves the old file and nothing beside it", "[results]") {
  const tests::TemporaryFolder folder;
  const tests::SmallDisk disk(folder / "disk", "size=64k");
  if (!disk) ASSAY_SKIP("only root may mount a file system");
  Run run;
  const fs::path path = folder / "disk/r.json";
  REQUIRE(write_results_file(path, run.file(), Overwrite::own));
  const std::string before = tests::read_file(path);
  run.samples[0].solution.assign(3U << 20, 'x');
  const auto full = write_results_file(path, run.file(), Overwrite::own);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Errc::io);
  CHECK_THAT(full.error().message, Catch::Contains("r.json: cannot be written: No space left"));
  CHECK(tests::read_file(path) == before);
  CHECK(names_in(folder / "disk") == std::vector<std::string>{"r.json"});
}

TEST_CASE("a device is written to, not replaced", "[results]") {
  const Run run;
  CHECK(write_results_file("/dev/null", run.file(), Overwrite::own));
  CHECK(fs::is_character_file("/dev/null"));
  const auto full = write_results_file("/dev/full", run.file(), Overwrite::own);
  REQUIRE_FALSE(full);
  CHECK_THAT(full.error().message, Catch::Contains("/dev/full: cannot be written: No space left"));
}

TEST_CASE("a link stays a link and the file that it names is replaced", "[results]") {
  const tests::TemporaryFolder folder;
  const Run run;
  REQUIRE(write_results_file(folder / "real.json", run.file("a"), Overwrite::own));
  fs::create_symlink("real.json", folder / "link.json");
  REQUIRE(write_results_file(folder / "link.json", run.file("b"), Overwrite::yes));
  CHECK(fs::is_symlink(folder / "link.json"));
  CHECK(may_write_results(folder / "real.json", "b", Overwrite::own));
}

TEST_CASE("results lie beside the samples under EvalPlus's name", "[results]") {
  const tests::TemporaryFolder folder;
  CHECK(results_path(folder / "x.jsonl") == folder / "x.eval_results.json");
  CHECK(results_path(folder / "x.jsonl.gz") == folder / "x.eval_results.json");
  CHECK(results_path(folder / "x.y.jsonl") == folder / "x.y.eval_results.json");
  CHECK(results_path(folder / "samples") == folder / "samples.eval_results.json");
  CHECK(results_path("x.jsonl") == "x.eval_results.json");
  CHECK(results_path(folder.path()) == folder / "eval_results.json");
  tests::write_file(folder / "x_eval_results.json", "{}");
  CHECK(results_path(folder / "x.jsonl") == folder / "x_eval_results.json");
}

}  // namespace
}  // namespace assay::harness
