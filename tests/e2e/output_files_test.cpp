// What a command that writes files does with what is there already: its own inputs, files of another kind, its own of
// before, and standard output.
#include <fmt/format.h>

#include "harness/sanitize/needed_code.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

/// Results files "base" and "worse", a store with a run "kept", its export, traces, and what belongs to nobody here.
struct Files {
  Workplace place;
  std::string store = place / "store.db", base = place / "base.json", worse = place / "worse.json",
              run = place / "kept.run.jsonl", traces = place / "traces.jsonl", notes = place / "notes.txt";

  Files() {
    for (const auto& [file, status] : {std::pair(base, "pass"), {worse, "fail"}})
      write_file(file,
                 fmt::format(R"({{"date": "2026-01-01 00:00", "hash": "h", "eval": {{"A/1": [{{"task_id": "A/1", )"
                             R"("solution": "x", "base_status": "{}", "plus_status": null, )"
                             R"("base_fail_tests": [], "plus_fail_tests": []}}]}}}})",
                             status));
    write_file(run, R"({"assay_run": 1, "name": "kept", "dataset": "d", "dataset_sha256": "00"})"
                    "\n"
                    R"({"ordinal": 0, "task_id": "A/1", "solution": "x", "base": null, "plus": null})");
    write_file(traces,
               R"({"task_id": "A/1", "sample_id": 0, "prompt_length": 1, "options": {}, "steps": [{"block": 0, )"
               R"("filled": [1], "tokens": [5], "confidence": [0.5]}], "sequence": [4, 5]})"
               "\n");
    write_file(notes, "mine");
    REQUIRE(place.assay({"runs", "import", run, "--store", store}, 60).code == 0);
  }
  [[nodiscard]] std::map<std::string, std::string> all() const {
    std::map<std::string, std::string> texts;
    for (const std::string& file : {store, base, worse, run, traces, notes}) texts[file] = read_file(file);
    return texts;
  }
};

}  // namespace

TEST_CASE("what a command reads, and what is of another kind, is never written over", "[output]") {
  const Files files;
  const auto& [place, store, base, worse, run, traces, notes] = files;
  fs::create_symlink(store, place / "link");
  struct Row {
    Words words;
    std::string says;
  };
  const std::string lost = "the command reads it, and it would be lost; give another ";
  const std::vector<Row> rows = {
      {{"report", "kept", "--html", store}, store + ": " + lost + "--html"},
      {{"report", "kept", "--html", place / "link"}, lost + "--html"},
      {{"report", base, "--html", base}, lost + "--html"},
      {{"report", base + "," + worse, "--html", worse}, lost + "--html"},
      {{"report", base, "--evalplus", base}, lost + "--evalplus"},
      {{"report", base, "--html", notes}, notes + ": is there already and is no page; give another --html"},
      {{"report", base, "--evalplus", traces}, "is no results file; give another --evalplus"},
      {{"report", base, "--html", "-"}, "--html: standard output will not do here; give a file"},
      {{"report", base, "--html", place / "a", "--evalplus", place / "a"}, "are the same file"},
      {{"report", base, "--html", place / "."}, "is a folder; give a file as --html"},
      {{"compare", base, worse, "--junit", run}, "is no JUnit report"},
      {{"compare", base, worse, "--junit", worse}, lost + "--junit"},
      {{"compare", base, worse, "--ctrf", notes}, "is no CTRF report"},
      {{"compare", base, worse, "--html", store}, lost + "--html"},
      {{"compare", base, worse, "--html", "-"}, "standard output will not do"},
      {{"traces", "html", traces, "--output", traces}, lost + "--output"},
      {{"traces", "html", traces, "--output", base}, "is no page"},
      {{"runs", "export", "kept", "--output", store}, lost + "--output"},
      {{"runs", "export", "kept", "--output", notes}, "is no exported run"},
      {{"generate", "--model", "http://127.0.0.1:9/v1", "--dataset", notes, "--out", notes, "--force"}, lost + "--out"},
      {{"generate", "--model", "http://127.0.0.1:9/v1", "--dataset", "mini", "--out", "-"}, "standard output will not"},
      {{"run", "--model", "http://127.0.0.1:9/v1", "--dataset", "mini", "--out", store, "--force"}, lost + "--out"},
      {{"sweep", "--model", "http://127.0.0.1:9/v1", "--dataset", "mini", "--temperature", "1", "--html", store},
       lost + "--html"},
  };
  const auto before = files.all();
  for (const Row& row : rows) {
    Words words = row.words;
    if (words.front() != "generate") words.insert(words.end(), {"--store", store});
    const Ended ended = place.assay(words, 60);
    CAPTURE(row.words, ended.out, ended.err);
    CHECK(ended.code == 2);
    CHECK_THAT(ended.err, Catch::Contains(row.says));
  }
  CHECK(files.all() == before);
  CHECK_FALSE(fs::exists(place / "-"));
}

TEST_CASE("a file that the command wrote before is written again, and an empty one filled", "[output]") {
  const Files files;
  const auto& [place, store, base, worse, run, traces, notes] = files;
  const std::vector<Words> all = {
      {"report", base, "--html"},
      {"report", base, "--evalplus"},
      {"compare", base, worse, "--junit"},
      {"compare", base, worse, "--ctrf"},
      {"compare", base, worse, "--html"},
      {"traces", "html", traces, "--output"},
      {"runs", "export", "kept", "--output"},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    Words words = all[i];
    const fs::path out = write_file(place / fmt::format("out{}", i), "");
    words.insert(words.end(), {out.string(), "--store", store});
    for (int times = 0; times < 2; ++times) {
      const Ended ended = place.assay(words, 60);
      CAPTURE(words, ended.err);
      CHECK(ended.code == 0);
      CHECK_FALSE(read_file(out).empty());
    }
  }
}

TEST_CASE("standard output is written to by - where nothing else goes there", "[output]") {
  const Files files;
  const auto& [place, store, base, worse, run, traces, notes] = files;
  const Ended exported = place.assay({"runs", "export", "kept", "--output", "-", "--store", store}, 60);
  CHECK_THAT(exported.out, Catch::StartsWith("{\"assay_run\": 1"));
  CHECK_THAT(place.assay({"traces", "html", traces, "--output", "-"}, 60).out, Catch::StartsWith("<!doctype html>"));
  if (!assay::harness::have_tree_sitter()) return;
  const Ended piped = place.assay({"sanitize", "--samples", "-", "--dataset", "mini"}, 60);
  CHECK(piped.code == 2);
  CHECK_THAT(piped.err, Catch::Contains("give --out FILE, or - for standard output"));
}

TEST_CASE("eval's results take no place of its samples, nor of its store, whatever is forced", "[output]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const std::string samples = place / "one.jsonl", text = sample_line("Mini/0", "x = 1");
  write_file(samples, text);
  const auto eval = [&](const std::string& to) {
    return place.assay({"eval", "--dataset", "mini", "--samples", samples, "--allow-missing", "--store",
                        place / "store.db", "--output", to, "--force"});
  };
  REQUIRE(eval(place / "results.json").code == 0);
  for (const std::string& output : Words{samples, place / "store.db", "-"}) {
    const Ended ended = eval(output);
    CAPTURE(output, ended.err);
    CHECK(ended.code == 2);
    CHECK_THAT(ended.err, Catch::Contains("--output"));
  }
  CHECK(read_file(samples) == text);
  CHECK(place.assay({"runs", "list", "--store", place / "store.db"}, 60).code == 0);
}
