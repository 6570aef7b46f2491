#include "harness/samples.h"

#include <zlib.h>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

using Catch::Contains;

datasets::Dataset dataset() {
  datasets::Dataset made;
  made.name = "tiny";
  for (const char* id : {"T/0", "T/1", "T/10", "under_score/2"}) {
    datasets::Problem problem;
    problem.task_id = id;
    problem.prompt = "def f():\n";
    made.problems.push_back(std::move(problem));
  }
  made.problems[1].kind = datasets::TestKind::assertions;
  return made;
}

Result<Samples> read(std::string_view content, bool allow_missing = true) {
  const tests::TemporaryFolder folder;
  return read_samples(tests::write_file(folder / "samples.jsonl", content), dataset(), {allow_missing});
}

Samples good(std::string_view content) {
  auto samples = read(content);
  if (!samples) FAIL(samples.error().message);
  return std::move(*samples);
}

TEST_CASE("samples come in the file's order, solutions as they are, completions behind their prompt", "[samples]") {
  const Samples read = good(
      "\xef\xbb\xbf{\"task_id\": \"T/0\", \"solution\": \"a = '\\u00e9\\n'\"}\r\n"
      "  \n"
      "{\"completion\": \"  pass\", \"task_id\": \"T/0\", \"score\": NaN, \"deep\": [{\"x\": 1e999}]}\n"
      "{\"task_id\": \"X/9\", \"solution\": \"\"}\n"
      "{\"task_id\": \"T/1\", \"completion\": \"def f(): pass\"}\n"
      "{\"task_id\": \"T/10\", \"solution\": \"both\", \"completion\": \"given\"}");
  REQUIRE(read.samples.size() == 4);
  CHECK(read.samples[0].solution == "a = '\xc3\xa9\n'");
  CHECK(read.samples[1].solution == "def f():\n  pass");
  CHECK(read.samples[2].solution == "def f(): pass");  // the prompt of asserts is plain words
  CHECK(read.samples[3].solution == "both");
  CHECK(read.samples[3].task_id == "T/10");
  std::string ordinals, numbers;
  for (const Sample& sample : read.samples) ordinals += std::to_string(sample.ordinal) + " ";
  for (const Sample& sample : read.samples) numbers += std::to_string(sample.number) + " ";
  CHECK(ordinals == "0 1 2 3 ");  // the sample of X/9 moves none
  CHECK(numbers == "1 2 4 5 ");
}

TEST_CASE("a program that is null is absent beside one that is there", "[samples]") {
  CHECK(good(R"({"task_id": "T/0", "solution": "x", "completion": null})").samples[0].solution == "x");
  CHECK(good(R"({"task_id": "T/0", "solution": null, "completion": "x"})").samples[0].solution == "def f():\nx");
}

TEST_CASE("a lone surrogate in a sample stays one", "[samples]") {
  CHECK(good(R"({"task_id": "T/0", "solution": "'\ud800'"})").samples[0].solution == "'\xed\xa0\x80'");
  CHECK(good(R"({"task_id": "T/0", "solution": "'\ud83d\ude00'"})").samples[0].solution == "'\xf0\x9f\x98\x80'");
}

TEST_CASE("a line that is no sample gives one line with its place", "[samples]") {
  struct Row {
    const char *line, *message;
  };
  const auto row = GENERATE(values<Row>({
      {"{\"task_id\": \"T/0\"}", "neither \"solution\" nor \"completion\" is given"},
      {"{\"solution\": \"x\"}", "\"task_id\" is not given"},
      {"{\"task_id\": 3, \"solution\": \"x\"}", "\"task_id\" is not a string"},
      {"{\"task_id\": \"T/0\", \"solution\": null}", "neither \"solution\" nor \"completion\" is given"},
      {"{\"task_id\": \"T/0\", \"solution\": null, \"completion\": null}", "neither \"solution\" nor"},
      {"{\"task_id\": null, \"solution\": \"x\"}", "\"task_id\" is not a string"},
      {"{\"task_id\": \"T/0\", \"solution\": [\"a\", \"b\"]}", "several samples of a task are several lines"},
      {"{\"task_id\": \"T/0\", \"solution\": \"a\", \"completion\": 1}", "\"completion\" is not a string"},
      {"[1, 2]", "not a JSON object"},
      {"\"text\"", "not a JSON object"},
      {"{\"task_id\": \"T/0\", \"solution\": \"a\"", "not JSON"},
      {"{\"task_id\": \"T/0\", \"solution\": \"a\"} {}", "more text after the value"},
      {"{'task_id': 'T/0'}", "not JSON"},
      {"{\"task_id\": \"T/0\", \"solution\": \"\xff\"}", "is not UTF-8"},
      {"plain text", "not JSON"},
  }));
  CAPTURE(row.line);
  const auto samples = read(std::string("{\"task_id\": \"T/0\", \"solution\": \"\"}\n\n") + row.line + "\n");
  REQUIRE_FALSE(samples);
  CHECK(samples.error().code == Errc::bad_data);
  CHECK_THAT(samples.error().message, Contains("samples.jsonl:3: ") && Contains(row.message));
}

TEST_CASE("tasks without a sample are an error that names the first, or with leave a warning", "[samples]") {
  const char* one = "{\"task_id\": \"T/10\", \"solution\": \"\"}\n";
  const auto refused = read(one, false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::bad_data);
  CHECK_THAT(refused.error().message,
             Contains("3 of 4 tasks of tiny have no sample (T/0, T/1, under_score/2)") && Contains("--allow-missing"));
  const Samples allowed = good(one);
  REQUIRE(allowed.warnings.size() == 1);
  CHECK_THAT(allowed.warnings[0], Contains("3 of 4 tasks"));
}

TEST_CASE("samples of unknown tasks are left out with one warning", "[samples]") {
  std::string lines;
  for (int i = 0; i < 9; ++i)
    lines += "{\"task_id\": \"Other\\u001b/" + std::to_string(i / 2) + "\", \"solution\": \"\"}\n";
  for (const char* id : {"T/0", "T/1", "T/10", "under_score/2"})
    lines += std::string("{\"task_id\": \"") + id + "\", \"solution\": \"\"}\n";
  const auto samples = read(lines, false);
  REQUIRE(samples);
  CHECK(samples->samples.size() == 4);
  REQUIRE(samples->warnings.size() == 1);
  CHECK_THAT(samples->warnings[0],
             Contains("9 samples are for tasks that are not in tiny (Other") && !Contains("\x1b"));
}

TEST_CASE("a compressed file is read, whatever its name, and a cut one is refused", "[samples]") {
  const tests::TemporaryFolder folder;
  const std::filesystem::path path = folder / "samples.jsonl.gz";
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += "{\"task_id\": \"T/0\", \"solution\": \"x = " + std::to_string(i * 7919 % 10007) + "\"}\n";
  const gzFile file = ::gzopen(path.c_str(), "wb");
  REQUIRE(::gzwrite(file, lines.data(), static_cast<unsigned>(lines.size())) > 0);
  ::gzclose(file);
  CHECK(read_samples(path, dataset(), {true})->samples.size() == 20'000);
  const std::string bytes = tests::read_file(path);
  tests::write_file(path, std::string_view(bytes).substr(0, bytes.size() / 2));
  const auto cut = read_samples(path, dataset(), {true});
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == Errc::bad_data);
}

TEST_CASE("a folder's programs come by task and number, with Python's line ends", "[samples]") {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "T_10/0.py", "ten");
  tests::write_file(folder / "T_0/10.py", "a\r\nb\rc\n\r");
  tests::write_file(folder / "T_0/2.py", "two");
  tests::write_file(folder / "T_0/notes.txt", "no sample");
  tests::write_file(folder / "T_1/0.py", "one");
  tests::write_file(folder / "under_score_2/0.py", "under");
  tests::write_file(folder / "eval_results.json", "{}");
  tests::write_file(folder / "Empty_7/README", "");
  const auto read = read_samples(folder.path(), dataset(), {false});
  REQUIRE(read);
  CHECK(read->warnings.empty());
  REQUIRE(read->samples.size() == 5);
  CHECK(read->samples[0].solution == "two");
  CHECK(read->samples[1].solution == "a\nb\nc\n\n");
  CHECK(read->samples[1].ordinal == 1);
  CHECK(read->samples[2].task_id == "T/1");
  CHECK(read->samples[3].solution == "ten");
  CHECK(read->samples[4].task_id == "under_score/2");
  tests::write_file(folder / "Other_3/0.py", "a task that the data set does not have, ahead of the others");
  const auto with_other = read_samples(folder.path(), dataset(), {false});
  REQUIRE(with_other);
  REQUIRE(with_other->samples.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(with_other->samples[i].ordinal == i);
  tests::write_file(folder / "T_1/1.py", "\xff");
  CHECK_THAT(read_samples(folder.path(), dataset(), {false}).error().message,
             Contains("T_1/1.py: byte 0 is not UTF-8"));
}

TEST_CASE("a file that is not there, or is empty, is told so", "[samples]") {
  const tests::TemporaryFolder folder;
  CHECK_THAT(read_samples(folder / "absent.jsonl", dataset(), {true}).error().message,
             Contains("absent.jsonl: cannot be read: No such file"));
  CHECK(good("").samples.empty());
  CHECK(good("\n\n").samples.empty());
  CHECK_THAT(read("\n", false).error().message, Contains("samples.jsonl: is empty"));
  const auto empty = tests::write_file(folder / "empty.jsonl", "");
  CHECK_THAT(read_samples(empty, dataset(), {true, true, true}).error().message, Contains("empty.jsonl: is empty"));
}

TEST_CASE("a file of another data set's samples is told by its tasks, with the data set that has them", "[samples]") {
  const tests::TemporaryFolder folder;
  const auto told = [&](const std::string& lines) {
    return read_samples(tests::write_file(folder / "samples.jsonl", lines), dataset(), {true, true, true})
        .error()
        .message;
  };
  CHECK_THAT(told("{\"task_id\": \"Mbpp/2\", \"solution\": \"\"}\n{\"task_id\": \"Mbpp/3\", \"solution\": \"\"}\n"),
             Catch::EndsWith("no sample is for a task of tiny, which are like T/0; they are for Mbpp/2, Mbpp/3: "
                             "--dataset mbpp has such tasks"));
  CHECK_THAT(told("{\"task_id\": \"Own/2\", \"solution\": \"\"}\n"), Catch::EndsWith("they are for Own/2"));
  tests::write_file(folder / "many/T_0/0.py", "");
  tests::write_file(folder / "many/Foo_0/0.py", "");
  const auto read = read_samples(folder / "many", dataset(), {true, false});
  REQUIRE(read);
  REQUIRE(read->warnings.size() == 1);
  CHECK_THAT(read->warnings[0], Contains("1 sample is for tasks that are not in tiny (Foo/0); it is left out"));
}

TEST_CASE("all samples of the published file are read", "[samples]") {
  if (!tests::have_shared()) ASSAY_SKIP("the shared data is absent");
  datasets::Dataset humaneval;
  humaneval.name = "humaneval";
  for (int i = 0; i < 164; ++i) humaneval.problems.emplace_back().task_id = "HumanEval/" + std::to_string(i);
  const auto path = tests::shared_dir() / "fixtures/evalplus/humaneval.samples.jsonl.gz";
  const auto read = read_samples(path, humaneval, {true});
  REQUIRE(read);
  CHECK(read->samples.size() == 756);
  REQUIRE(read->warnings.size() == 1);
  CHECK_THAT(read->warnings[0], Contains("82 of 164 tasks of humaneval have no sample"));
}

}  // namespace
}  // namespace assay::harness
