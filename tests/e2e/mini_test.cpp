// The embedded benchmark: what a first try of the command shows.
#include "datasets/load.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;
namespace datasets = assay::datasets;

TEST_CASE("of mini's samples 122 of 172 pass the base tests and 92 the plus tests too", "[mini]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const auto report = printed(place.assay(place.eval("mini", mini_samples)));
  const auto entries = read_results(place / "results.json");
  REQUIRE(entries.size() == 172);
  CHECK(count(entries, false) == 122);
  CHECK(count(entries, true) == 92);
  check_counts(report, entries);
  CHECK(report.at("judged") == 172);
  CHECK(report.at("kept") == 0);
  CHECK(report.at("attempts").at("samples") == 0);

  SECTION("of each wrong answer of a call the store has the value") {
    const std::string run(report.at("run").as_string());
    const Ended exported = place.assay({"runs", "export", run, "--store", (place / "store.db").string()});
    REQUIRE(exported.code == 0);
    std::size_t wrong = 0;
    bool quoted = false;
    std::istringstream lines(exported.out);
    for (std::string line; std::getline(lines, line);) {
      const auto row = boost::json::parse(line);
      for (const char* set : {"base", "plus"}) {
        if (!row.as_object().contains(set) || row.at(set).is_null()) continue;
        const bool is_wrong = row.at(set).at("cause").as_string() == "wrong_answer";
        wrong += is_wrong ? 1 : 0;
        CHECK(is_wrong != row.at(set).at("returned").as_string().empty());
        quoted = quoted || row.at(set).at("returned").as_string() == "'right triangle'";
      }
    }
    CHECK(wrong == 41 + 65);
    CHECK(quoted);
  }

  SECTION("k is what is asked for, and what cannot be had is named") {
    Words words = place.eval("mini", mini_samples);
    words.insert(words.end(), {"--k", "50,2"});
    const Ended again = place.assay(words);
    const auto told = printed(again);
    CHECK(told.at("kept") == 172);
    CHECK(told.at("pass_at_k").at("base").as_object().size() == 1);
    CHECK(told.at("pass_at_k").at("base").at("pass@2").to_number<double>() == 1);
    CHECK(told.at("warnings").as_array().size() == 1);
    CHECK_THAT(again.err, Catch::Contains("pass@50 is left out: some task has fewer than 50 samples"));
  }

  SECTION("the same command finds all results kept, and prints the same for people") {
    Words words = place.eval("mini", mini_samples);
    std::erase(words, "--json");
    const Ended again = place.assay(words);
    CAPTURE(again.out, again.err);
    REQUIRE(again.code == 0);
    CHECK_THAT(again.out, Catch::Contains("mini (base tests)\npass@1:\t0.723"));
    CHECK_THAT(again.out, Catch::Contains("mini+ (base + extra tests)\npass@1:\t0.548"));
    CHECK_THAT(again.out, Catch::Contains("base   pass 122  fail 50  timeout 0"));
    CHECK_THAT(again.out, Catch::Contains("attempts: 0 samples\n"));
    CHECK_THAT(again.out, Catch::Contains("(0 judged, 172 kept from before)"));
    check_same(read_results(place / "results.json"), entries);
  }
}

TEST_CASE("of a long result that is wrong no more is taken than shows it, and the calls after it are judged",
          "[mini]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const auto mini = datasets::load("mini");
  REQUIRE(mini);
  const datasets::Problem& problem = mini->dataset.problems[14];
  const std::string program = problem.prompt + problem.canonical_solution +
                              "\n_real = rotate_ring\n"
                              "def rotate_ring(grid):\n"
                              "    return [0] * 20_000_000 if grid == [[1, 2], [3, 4]] else _real(grid)\n";
  std::vector<Entry> entries;
  for (const char* details : {"", "--test-details"}) {
    const Workplace place;
    Words words = place.eval("mini", write_file(place / "samples.jsonl", sample_line(problem.task_id, program)),
                             {"--allow-missing"});
    if (*details != 0) words.emplace_back(details);
    printed(place.assay(words));
    entries.push_back(read_results(place / "results.json").at(0));
    CAPTURE(details, entries.back().text());
    CHECK(entries.back().base == "fail");
    CHECK(entries.back().plus == "pass");
  }
  // The one input, whether it is the last that was tried or all that failed.
  CHECK(entries[0] == entries[1]);
}
