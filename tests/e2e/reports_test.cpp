// report, compare and runs as their users start them. Runs come from results files, so that no sample need run.
#include <fmt/format.h>

#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

namespace json = boost::json;

/// A results file of EvalPlus's: a sample a problem, `passed` tells of each whether it passed base and plus.
std::string results(const std::vector<bool>& passed) {
  json::object eval;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    const std::string task = fmt::format("HumanEval/{}", i);
    const char* status = passed[i] ? "pass" : "fail";
    eval[task] = json::array{json::object{{"task_id", task},
                                          {"solution", fmt::format("def f(): return {}", i)},
                                          {"base_status", status},
                                          {"plus_status", status},
                                          {"base_fail_tests", json::array{}},
                                          {"plus_fail_tests", json::array{}}}};
  }
  return json::serialize(json::object{{"date", "2026-01-01 00:00"}, {"hash", "h"}, {"eval", eval}});
}

/// 100 problems, of which the base solves 70; the new run breaks `broken` of these and solves `fixed` others.
struct Pair {
  Workplace place;
  std::string base = (place / "base.json").string(), newer = (place / "new.json").string();
  Pair(std::size_t broken, std::size_t fixed) {
    std::vector<bool> passed(100, false);
    std::fill_n(passed.begin(), 70, true);
    write_file(base, results(passed));
    std::fill_n(passed.begin(), broken, false);
    std::fill_n(passed.begin() + 70, fixed, true);
    write_file(newer, results(passed));
  }
  Ended compare(Words more) const {
    Words words{"compare", base, newer};
    words.insert(words.end(), more.begin(), more.end());
    return place.assay(words, 60);
  }
};

}  // namespace

TEST_CASE("compare tells better from worse, and its gates fire on what they name alone", "[reports]") {
  struct Row {
    const char* what;
    std::size_t broken, fixed;
    const char* verdict;
    Words gates;
    int code;
  };
  const auto row = GENERATE(values<Row>({
      {"worse beyond doubt", 12, 2, "regressed", {}, 0},
      {"worse beyond doubt, with a gate", 12, 2, "regressed", {"--fail-on-regression"}, 1},
      {"worse, and it may be chance", 5, 3, "inconclusive", {"--fail-on-regression"}, 0},
      {"a drop of two points is two at most", 5, 3, "inconclusive", {"--max-drop", "2"}, 0},
      {"a drop of two points is more than one", 5, 3, "inconclusive", {"--max-drop", "1"}, 1},
      {"better beyond doubt", 2, 12, "improved", {"--fail-on-regression", "--max-drop", "0"}, 0},
  }));
  CAPTURE(row.what);
  const Pair pair(row.broken, row.fixed);
  Words words = row.gates;
  words.push_back("--json");
  const Ended ended = pair.compare(words);
  const json::object told = printed(ended, row.code);
  CHECK(told.at("verdict") == row.verdict);
  CHECK(told.at("problems") == 100);
  CHECK(told.at("broken") == row.broken);
  CHECK(told.at("fixed") == row.fixed);
  for (const char* key :
       {"metric", "base", "new", "difference", "interval", "p_regressed", "p_improved", "max_drop_fires", "detectable"})
    CHECK(told.contains(key));
  CHECK((ended.err.find("[compare.gate]") != std::string::npos) == (row.code == 1));
}

TEST_CASE("a run that lacks problems of its base is refused, not compared", "[reports]") {
  const Pair pair(0, 0);
  write_file(pair.newer, results(std::vector<bool>(99, true)));
  const Ended ended = pair.compare({});
  CHECK(ended.code == 3);
  CHECK_THAT(ended.err, Catch::Contains("HumanEval/99") && Catch::Contains("[compare.refused]"));
}

TEST_CASE("compare writes what CI systems read", "[reports]") {
  const Pair pair(12, 2);
  const std::string junit = (pair.place / "j.xml").string(), ctrf = (pair.place / "c.json").string();
  const Ended ended = pair.compare({"--junit", junit, "--ctrf", ctrf, "--markdown", "--annotations"});
  REQUIRE(ended.code == 0);
  CHECK_THAT(ended.out, Catch::Contains("## assay: regressed"));
  CHECK_THAT(ended.err, Catch::Contains("::warning title=broken%3A HumanEval/0::"));
  const json::object report = json::parse(read_file(ctrf)).as_object();
  const json::object& summary = report.at("results").at("summary").as_object();
  CHECK(summary.at("tests").as_int64() ==
        static_cast<std::int64_t>(report.at("results").at("tests").as_array().size()));
  CHECK(summary.at("failed").as_int64() > 0);
  const std::string xml = read_file(junit);
  CHECK_THAT(xml, Catch::StartsWith("<?xml") && Catch::Contains("<testsuite") && Catch::Contains("<failure"));
}

TEST_CASE("report prints pass@k with its interval, for people and for programs", "[reports]") {
  const Pair pair(0, 0);
  const Ended text = pair.place.assay({"report", pair.base}, 60);
  REQUIRE(text.code == 0);
  CHECK_THAT(text.out, Catch::Contains("pass@1") && Catch::Contains("70.0 % ["));
  const json::object told = printed(pair.place.assay({"report", pair.base, "--json"}, 60));
  CHECK_FALSE(told.empty());
  const Ended csv = pair.place.assay({"report", pair.base, "--csv"}, 60);
  REQUIRE(csv.code == 0);
  CHECK(std::count(csv.out.begin(), csv.out.end(), '\n') == 101);
  const Ended absent = pair.place.assay({"report", "no-such-run"}, 60);
  CHECK(absent.code == 3);
  CHECK_THAT(absent.err, Catch::Contains("no-such-run"));
}

TEST_CASE("report says which k cannot be had, and compare that both runs are one", "[reports]") {
  const Pair pair(0, 0);
  const Ended ended = pair.place.assay({"report", pair.base, "--k", "1,10,10,1", "--json"}, 60);
  CHECK(ended.code == 0);
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 1);  // each k is told once
  CHECK_THAT(ended.err, Catch::Contains("pass@10 is left out: it needs 10 judged samples of each problem") &&
                            !Catch::Contains("pass@1 is"));
  const Ended pool = pair.place.assay({"report", pair.base + "," + pair.base}, 60);
  CHECK(pool.code == 3);
  CHECK_THAT(pool.err, Catch::Contains("is named twice"));
  const Ended same = pair.place.assay({"compare", pair.base, pair.base}, 60);
  CHECK(same.code == 0);
  CHECK_THAT(same.out, Catch::Contains("base and new are the same run"));
}

TEST_CASE("a run goes from one store to another and gives the same report", "[reports]") {
  const std::filesystem::path samples = ASSAY_SOURCE_DIR "/datasets/mini/samples.jsonl";
  ASSAY_NEEDS(samples);
  const Workplace place;
  Words words = place.eval("mini", samples);
  words.insert(words.end(), {"--run", "first"});
  printed(place.assay(words));
  const auto store = *std::next(std::find(words.begin(), words.end(), "--store"));
  const std::string file = (place / "first.run").string(), other = (place / "other.db").string();
  REQUIRE(place.assay({"runs", "export", "first", "--store", store, "--output", file}).code == 0);
  REQUIRE(place.assay({"runs", "import", file, "--store", other}).code == 0);
  const Ended there = place.assay({"report", "first", "--store", store, "--csv"});
  const Ended here = place.assay({"report", "first", "--store", other, "--csv"});
  REQUIRE(there.code == 0);
  CHECK(std::count(there.out.begin(), there.out.end(), '\n') == 63);
  CHECK(here.out == there.out);
  std::string text = read_file(file);
  const std::string passed = R"("verdict": "pass")";
  REQUIRE(text.find(passed) != std::string::npos);
  write_file(file, text.replace(text.find(passed), passed.size(), R"("verdict": "fail")"));
  const Ended again = place.assay({"runs", "import", file, "--store", other});
  CHECK(again.code == 2);
  CHECK_THAT(again.err, Catch::Contains("run first has other verdicts on 1 of the file's samples"));
  CHECK(place.assay({"report", "first", "--store", other, "--csv"}).out == there.out);
  REQUIRE(place.assay({"runs", "rm", "first", "--store", other}).code == 0);
  CHECK(place.assay({"report", "first", "--store", other}).code == 3);
}

TEST_CASE("an imported run keeps its date, and so its place among the others", "[reports]") {
  const Workplace place;
  const std::string store = (place / "store.db").string(), file = (place / "a.run").string();
  const auto import = [&](const std::string& name, const std::string& created) {
    write_file(file, fmt::format(R"({{"assay_run": 1, "name": "{}", "dataset": "d", "dataset_sha256": "00"{}}})"
                                 "\n"
                                 R"({{"ordinal": 0, "task_id": "A/1", "solution": "x", "base": null, "plus": null}})",
                                 name, created));
    REQUIRE(place.assay({"runs", "import", file, "--store", store}, 60).code == 0);
  };
  import("newer", R"(, "created": "2024-05-06T07:08:09Z")");
  import("older", R"(, "created": "2020-01-02T03:04:05Z")");
  import("of now, as its date is none", R"(, "created": "yesterday")");
  const json::object told = printed(place.assay({"runs", "list", "--store", store, "--json"}, 60));
  const json::array& runs = told.at("runs").as_array();
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].at("run") == "older");
  CHECK(runs[0].at("created") == "2020-01-02T03:04:05Z");
  CHECK(runs[1].at("created") == "2024-05-06T07:08:09Z");
  CHECK(std::string(runs[2].at("created").as_string()).size() == std::string("2024-05-06T07:08:09Z").size());
}

TEST_CASE("runs rm removes what its words name to the letter, and nothing that they could also mean", "[reports]") {
  const Workplace place;
  const std::string store = (place / "store.db").string(), file = (place / "a.run").string();
  for (const std::string name : {"v1.10", "v1.11", "a,b"}) {
    write_file(file, fmt::format(R"({{"assay_run": 1, "name": "{}", "dataset": "d", "dataset_sha256": "00"}})"
                                 "\n"
                                 R"({{"ordinal": 0, "task_id": "A/1", "solution": "x", "base": null, "plus": null}})",
                                 name));
    REQUIRE(place.assay({"runs", "import", file, "--store", store}, 60).code == 0);
  }
  const auto rm = [&](const std::string& run) { return place.assay({"runs", "rm", run, "--store", store}, 60); };
  struct Row {
    const char *wanted, *said;
  };
  for (const Row& row : {Row{"v1.1", "it could mean v1.10 (id 1), v1.11 (id 2); give the whole name, or an id as id:1"},
                         {"2", "it could mean v1.11 (id 2)"},
                         {"id:9", "no run of that id"},
                         {"w", "`assay runs list` names the runs"}}) {
    CAPTURE(row.wanted);
    const Ended ended = rm(row.wanted);
    CHECK(ended.code == 3);
    CHECK_THAT(ended.err, Catch::Contains(row.said));
  }
  CHECK(printed(place.assay({"runs", "list", "--store", store, "--json"}, 60)).at("runs").as_array().size() == 3);
  CHECK_THAT(place.assay({"runs", "show", "id:2", "--store", store}, 60).out, Catch::Contains("v1.11 (id 2)"));
  // A comma in a run's name pools nothing.
  CHECK_THAT(place.assay({"report", "a,b", "--store", store}, 60).out, Catch::Contains("a,b"));
  CHECK_THAT(rm("id:2").out, Catch::Contains("v1.11: removed"));
  CHECK_THAT(rm("v1.10").out, Catch::Contains("v1.10: removed"));
  CHECK_THAT(rm("a,b").out, Catch::Contains("a,b: removed"));
}

TEST_CASE("runs list has pass@1 of finished runs, and a store without runs is no failure", "[reports]") {
  const Workplace place;
  const std::string store = (place / "store.db").string(), file = (place / "a.run").string();
  const Ended none = place.assay({"runs", "list", "--store", store}, 60);
  CHECK(none.code == 0);
  CHECK(none.out == "no runs yet in " + store + "; assay eval makes one\n");
  CHECK(printed(place.assay({"runs", "list", "--store", store, "--json"}, 60)).at("runs") == json::array{});

  const auto sample = [](int ordinal, const char* task, const std::string& base, const std::string& plus) {
    const auto set = [](const std::string& verdict) {
      return fmt::format(R"({{"verdict": "{}", "cause": "{}", "detail": "", "failed": [], "passed": 1,)"
                         R"( "cpu_seconds": 0, "shared": false, "attempts": []}})",
                         verdict, verdict == "pass" ? "none" : "wrong_answer");
    };
    return fmt::format("{{\"ordinal\": {}, \"task_id\": \"{}\", \"solution\": \"x{}\", \"base\": {}, \"plus\": {}}}\n",
                       ordinal, task, ordinal, base.empty() ? "null" : set(base), plus.empty() ? "null" : set(plus));
  };
  const auto import = [&](const std::string& name, const std::string& samples) {
    write_file(file, fmt::format(R"({{"assay_run": 1, "name": "{}", "dataset": "d", "dataset_sha256": "00"}})"
                                 "\n{}",
                                 name, samples));
    REQUIRE(place.assay({"runs", "import", file, "--store", store}, 60).code == 0);
  };
  import("finished", sample(0, "A/1", "pass", "pass") + sample(1, "A/1", "pass", "fail") +
                         sample(2, "A/2", "fail", "pass") + sample(3, "A/3", "pass", "pass"));
  import("base-alone", sample(0, "A/1", "pass", ""));
  import("open", sample(0, "A/1", "pass", "pass") + sample(1, "A/1", "", ""));
  const json::object told = printed(place.assay({"runs", "list", "--store", store, "--json"}, 60));
  const json::array& runs = told.at("runs").as_array();
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].at("pass_at_1").at("base").as_double() == Approx(2.0 / 3));
  CHECK(runs[0].at("pass_at_1").at("plus").as_double() == Approx(0.5));
  CHECK(runs[1].at("pass_at_1").at("base").to_number<double>() == 1);
  CHECK(runs[1].at("pass_at_1").at("plus").is_null());
  CHECK(runs[2].at("pass_at_1").at("base").is_null());
  const Ended text = place.assay({"runs", "list", "--store", store}, 60);
  CHECK_THAT(text.out, Catch::Contains("PLUS PASS@1") && Catch::Contains("66.7 %"));
  CHECK_THAT(place.assay({"runs", "show", "finished", "--store", store}, 60).out,
             Catch::Contains("pass@1       base 66.7 %, plus 50.0 %"));
}

TEST_CASE("a run written as EvalPlus's results is what eval wrote, from the store, a file of its own, or results",
          "[reports]") {
  const std::filesystem::path samples = ASSAY_SOURCE_DIR "/datasets/mini/samples.jsonl";
  ASSAY_NEEDS(samples);
  const Workplace place;
  Words words = place.eval("mini", samples);
  words.insert(words.end(), {"--run", "first", "--test-details", "--min-time-limit", "1"});
  printed(place.assay(words));
  const std::string store = (place / "store.db").string(), original = (place / "results.json").string(),
                    exported = (place / "first.run").string(), written = (place / "written.json").string();
  REQUIRE(place.assay({"runs", "export", "first", "--store", store, "--output", exported}).code == 0);
  const auto read = [](const std::string& path) {
    json::object results = json::parse(read_file(path)).as_object();
    results.erase("date");  // a store knows when the run began, in UTC
    return results;
  };
  CHECK_THAT(read_file(original), Catch::Contains("\"base_fail_tests\": [["));  // so that inputs are compared, too
  for (const std::string& source : {std::string("first"), exported}) {
    CAPTURE(source);
    const Ended ended = place.assay({"report", source, "--store", store, "--evalplus", written});
    CAPTURE(ended.err);
    REQUIRE(ended.code == 0);
    CHECK(ended.err.empty());
    CHECK(read(written) == read(original));
  }
  REQUIRE(place.assay({"report", original, "--evalplus", written}).code == 0);
  CHECK(read_file(written) == read_file(original));

  // Of one run they are alike, from wherever they are read; under other limits, or of other data, they are not.
  CHECK(place.assay({"compare", original, exported, "--metric", "base.pass@1"}).code == 0);
  for (const auto& [key, reason] :
       {std::pair("assay_limits", "different limits"), {"assay_dataset_sha256", "different data: mini (sha256 "}}) {
    json::object other = json::parse(read_file(original)).as_object();
    other[key] = "another";
    write_file(place / "other.json", json::serialize(other));
    const Ended refused = place.assay({"compare", "first", (place / "other.json").string(), "--store", store});
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, Catch::Contains(reason));
  }

  // … and count once.
  for (const std::string& pool : {"first," + exported, "first," + original, exported + "," + original}) {
    const Ended twice = place.assay({"report", pool, "--store", store});
    CHECK(twice.code == 3);
    CHECK_THAT(twice.err, Catch::Contains("run first is named twice"));
  }

  const Ended two = place.assay({"report", original, exported, "--evalplus", written});
  CHECK(two.code == 2);
  const Ended other = place.assay({"report", exported, "--evalplus", written, "--dataset", samples});
  CHECK(other.code == 3);
  CHECK_THAT(other.err, Catch::Contains("--dataset names its file"));
  for (const Words& more : {Words{}, Words{"--html", place / "page.html"}}) {
    Words words{"report", exported, "--dataset", "nope"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended nope = place.assay(words);
    CHECK(nope.code == 3);
    CHECK_THAT(nope.err, Catch::Contains("nope: the data set of run"));
  }
}

TEST_CASE("a run whose data set is gone is written without the inputs of failed tests, and says so", "[reports]") {
  const Workplace place;
  const std::string run = (place / "a.run").string(), written = (place / "written.json").string();
  const std::string sample =
      R"(, "task_id": "A/1", "solution": "x", "base": {"verdict": "fail", "cause": "wrong_answer",
    "detail": "", "failed": [2], "passed": 2, "cpu_seconds": 0, "shared": false, "attempts": []}, "plus": null})";
  write_file(run, R"({"assay_run": 1, "name": "a", "dataset": "gone", "dataset_sha256": "00"})"
                  "\n{\"ordinal\": 0" +
                      sample);
  const Ended ended = place.assay({"report", run, "--evalplus", written}, 60);
  CHECK(ended.code == 0);
  CHECK_THAT(ended.err, Catch::Contains("gone") && Catch::Contains("inputs of failed tests are left out"));
  const json::object results = json::parse(read_file(written)).as_object();
  const json::value& only = results.at("eval").at("A/1").as_array().at(0);
  CHECK(only.at("base_status") == "fail");
  CHECK(only.at("base_fail_tests") == json::array{});
  CHECK(only.at("plus_status").is_null());
  // A sample without a verdict has none to write.
  write_file(run, read_file(run) + R"({"ordinal": 1, "task_id": "A/1", "solution": "x", "base": null, "plus": null})");
  const Ended incomplete = place.assay({"report", run, "--evalplus", written}, 60);
  CHECK(incomplete.code == 5);
  CHECK_THAT(incomplete.err, Catch::Contains("1 samples have no verdict"));
}
