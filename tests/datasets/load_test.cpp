#include "datasets/load.h"

#include <map>

#include "datasets/digest.h"
#include "datasets/registry.h"
#include "tests/catch.h"
#include "tests/datasets/surroundings.h"

using namespace assay::datasets;
using namespace assay::tests;
using Catch::Matchers::Contains;

namespace {

std::string shared(const std::string& file) { return (shared_dir() / "data" / file).string(); }

/// A copy of the data that the registry's entries name, by entry.
const std::map<std::string, std::string> files = {
    {"humaneval", "HumanEvalPlus.jsonl.gz"},
    {"humaneval-mini", "HumanEvalPlus-Mini.jsonl.gz"},
    {"humaneval-noextreme", "HumanEvalPlus-NoExtreme.jsonl.gz"},
    {"mbpp", "MbppPlus.jsonl.gz"},
    {"mbpp-noextreme", "MbppPlus-NoExtreme.jsonl.gz"},
    {"humaneval-original", "HumanEval.jsonl.gz"},
    {"mbpp-original", "mbpp.jsonl"},
    {"mbpp-sanitized", "sanitized-mbpp.json"},
};

}  // namespace

TEST_CASE("every published data set loads whole, and is the one that the registry knows", "[datasets]") {
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  for (const Entry& entry : registry()) {
    CAPTURE(entry.name);
    LoadOptions options;
    options.data_file = shared(files.at(std::string(entry.name)));
    const auto loaded = load(std::string(entry.name), options);
    REQUIRE(loaded);
    CHECK(loaded->warnings.empty());
    CHECK(loaded->dataset.name == entry.dataset);
    CHECK(loaded->dataset.family == entry.family);
    CHECK(loaded->dataset.has_plus == (entry.format == Format::evalplus));
    CHECK(loaded->dataset.sha256 == entry.sha256);
    CHECK(loaded->dataset.problems.size() == entry.problems);
    const auto by_keys = load(options.data_file);
    REQUIRE(by_keys);
    CHECK(by_keys->dataset.sha256 == entry.sha256);
    CHECK(by_keys->dataset.problems.size() == entry.problems);
  }
}

TEST_CASE("the options choose among EvalPlus's sets", "[datasets]") {
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  LoadOptions mini;
  mini.mini = true;
  mini.data_file = shared("HumanEvalPlus-Mini.jsonl.gz");
  CHECK(load("humaneval", mini)->warnings.empty());
  LoadOptions noextreme;
  noextreme.noextreme = true;
  noextreme.data_file = shared("MbppPlus-NoExtreme.jsonl.gz");
  CHECK(load("mbpp", noextreme)->warnings.empty());
}

TEST_CASE("mini is part of the binary, and well formed", "[datasets]") {
  const auto loaded = load("mini");
  INFO((loaded ? std::string() : loaded.error().message));
  REQUIRE(loaded);
  CHECK(loaded->dataset.name == "mini");
  CHECK(loaded->dataset.family == Family::other);
  CHECK(loaded->dataset.has_plus);
  CHECK(loaded->dataset.md5.size() == 32);
  for (const Problem& problem : loaded->dataset.problems) {
    CAPTURE(problem.task_id);
    CHECK_FALSE(problem.base_input.empty());
    CHECK_FALSE(problem.plus_input.empty());
  }
}

TEST_CASE("another content under a known name is one warning, another data set an error", "[datasets]") {
  const TemporaryFolder folder;
  const std::string row = R"({"task_id": "HumanEval/0", "prompt": "P", "entry_point": "f", "canonical_solution": "S", )"
                          R"("base_input": [[1]], "plus_input": [[2]], "atol": 0})";
  LoadOptions options;
  options.data_file = write_file(folder.path() / "my.data.jsonl", row).string();
  const auto loaded = load("humaneval", options);
  REQUIRE(loaded);
  CHECK(loaded->dataset.name == "humaneval");
  CHECK(loaded->dataset.sha256 == sha256(row));
  CHECK(loaded->dataset.md5 == md5(row));
  REQUIRE(loaded->warnings.size() == 1);
  CHECK(loaded->warnings[0] == options.data_file + ": not the published humaneval: its sha256 is " + sha256(row) +
                                   ", not " + std::string(find_entry("humaneval")->sha256));
  CHECK(load("mbpp", options).error().message ==
        options.data_file +
            ": it is not the data set \"mbpp\": EvalPlus's format with tasks like \"HumanEval/0\" was found");
  CHECK(load(options.data_file)->dataset.name == "my");
  CHECK(load(options.data_file)->dataset.family == Family::humaneval);
  CHECK(load(options.data_file)->warnings.empty());
}

TEST_CASE("EvalPlus's variables give its data sets' content, unless --data does", "[datasets]") {
  const TemporaryFolder folder;
  const auto row = [](const std::string& id) {
    return R"({"task_id": ")" + id + R"(", "prompt": "P", "entry_point": "f", "canonical_solution": "S", )" +
           R"("base_input": [[1]], "plus_input": [], "atol": 0})";
  };
  const Variable humaneval("HUMANEVAL_OVERRIDE_PATH", write_file(folder.path() / "h", row("HumanEval/7")).string());
  const Variable mbpp("MBPP_OVERRIDE_PATH", write_file(folder.path() / "m", row("Mbpp/8")).string());
  const Variable cache("XDG_CACHE_HOME", folder.path().string());
  LoadOptions options;
  options.offline = true;
  CHECK(load("humaneval", options)->dataset.problems.at(0).task_id == "HumanEval/7");
  CHECK(load("humaneval", options)->warnings.size() == 1);
  CHECK(load("mbpp", options)->dataset.problems.at(0).task_id == "Mbpp/8");
  CHECK(load("humaneval-original", options).error().code == Errc::offline);
  options.data_file = write_file(folder.path() / "d", row("HumanEval/9")).string();
  CHECK(load("humaneval", options)->dataset.problems.at(0).task_id == "HumanEval/9");
}

TEST_CASE("what cannot be loaded says what can", "[datasets]") {
  struct Row {
    const char* name;
    LoadOptions options;
    const char* message;
    Errc code = Errc::misused;
  };
  const auto row = GENERATE(values<Row>({
      {"nosuch", {}, "nosuch: neither a data set nor a file; known are humaneval, ", Errc::not_found},
      {"nosuch", {false, false, false, "f"}, "nosuch: --data gives a known data set's content; known are humaneval, "},
      {"humaneval", {true, true, false, ""}, "--mini and --noextreme exclude each other; give one"},
      {"mbpp", {true, false, false, ""}, "mbpp: it has no set for --mini; leave that out"},
      {"mini", {false, true, false, ""}, "mini: it has no set for --noextreme; leave that out"},
      {"mini", {false, false, false, "f"}, "mini: it is part of the command; give the file itself as the data set"},
      {"humaneval",
       {false, false, false, "/nosuch/file"},
       "/nosuch/file: cannot be read: No such file or directory",
       Errc::not_found},
  }));
  const auto loaded = load(row.name, row.options);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == row.code);
  CHECK_THAT(loaded.error().message, Catch::StartsWith(row.message));
}

TEST_CASE("a data set's file that was cut or altered is refused in one line", "[datasets]") {
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  const TemporaryFolder folder;
  const std::string whole = read_file(shared("MbppPlus.jsonl.gz"));
  const auto file = write_file(folder.path() / "cut.jsonl.gz", whole.substr(0, whole.size() / 2));
  CHECK(load(file.string()).error().message ==
        file.string() + ": its gzip data end too early; it was truncated or altered, get it again");
  const std::string rows = read_file(shared("mbpp.jsonl"));
  const auto plain = write_file(folder.path() / "cut.jsonl", rows.substr(0, rows.size() - 100));
  CHECK_THAT(load(plain.string()).error().message,
             Catch::StartsWith(plain.string() + ":974: not JSON at column ") && Contains("never ends"));
}
