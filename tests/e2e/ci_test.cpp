// The CI recipes of deploy/ci: the lines that a runner would execute, executed here with the inputs that they name.
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

const fs::path recipes = ASSAY_SOURCE_DIR "/deploy/ci";

std::vector<std::string> lines_of(const fs::path& file) {
  std::istringstream text(read_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// All first groups of `pattern`, line by line.
std::set<std::string> found(const std::vector<std::string>& lines, const std::string& pattern) {
  std::set<std::string> all;
  const std::regex expression(pattern);
  for (const std::string& line : lines)
    for (std::sregex_iterator at(line.begin(), line.end(), expression), end; at != end; ++at) all.insert((*at)[1]);
  return all;
}

std::size_t indent(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// The text behind `run: |` of each step.
std::vector<std::string> run_texts(const std::vector<std::string>& lines) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find("run: |") == std::string::npos) continue;
    std::string text;
    for (std::size_t j = i + 1; j < lines.size() && indent(lines[j]) > indent(lines[i]); ++j) text += lines[j] + "\n";
    texts.push_back(text);
  }
  return texts;
}

/// A place where the recipe's steps run as a runner would run them.
struct Job {
  Workplace place;
  std::map<std::string, std::string> inputs;

  Job() {
    inputs = {{"ASSAY_CI_DATASET", "mini"},
              {"ASSAY_CI_SAMPLES", mini_samples.string()},
              {"ASSAY_CI_EVAL_OPTIONS", "--min-time-limit 1"},
              {"ASSAY_CI_FOLDER", (place / "assay-ci").string()},
              {"ASSAY_CI_COMMAND", ASSAY_BINARY}};
  }
  [[nodiscard]] fs::path result(const std::string& name) const { return place / ("assay-ci/" + name); }
  [[nodiscard]] Ended run(const std::map<std::string, std::string>& more = {},
                          const std::string& text = "\"" + (recipes / "evaluate-and-compare").string() + "\"") const {
    std::map<std::string, std::string> environment = place.environment();
    for (const auto& given : {inputs, more})
      for (const auto& [name, value] : given) environment[name] = value;
    Command command({"/bin/bash", "-e", "-o", "pipefail", "-c", text}, environment);
    return command.wait(patience);
  }
  /// mini's samples, of which those of every second problem are programs that do nothing.
  [[nodiscard]] fs::path regressed() const {
    std::string text;
    std::size_t problem = 0;
    std::string last;
    for (const std::string& line : lines_of(mini_samples)) {
      const std::string task(boost::json::parse(line).at("task_id").as_string());
      problem += task == last ? 0 : 1;
      last = task;
      text += problem % 2 == 0 ? sample_line(task, "pass") : line + "\n";
    }
    return write_file(place / "regressed.jsonl", text);
  }
};

}  // namespace

TEST_CASE("in CI the first run becomes the base, a good one passes, and a regression fails in one line", "[ci]") {
  ASSAY_NEEDS(mini_samples);
  const Job job;
  const Ended first = job.run();
  CAPTURE(first.out, first.err);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.out, Catch::Contains("no base yet"));
  CHECK_THAT(read_file(job.result("summary.md")), Catch::Contains("pass@1"));
  CHECK_FALSE(fs::exists(job.result("junit.xml")));
  const std::string base = read_file(job.result("base.run.jsonl"));
  REQUIRE_FALSE(base.empty());

  for (const char* gate : {"ASSAY_CI_ALPHA", "ASSAY_CI_MAX_DROP"}) {
    const Ended switched_off = job.run({{gate, "nan"}, {"ASSAY_CI_RUN", "second"}});
    CAPTURE(switched_off.err);
    CHECK(switched_off.code == 2);
  }

  const Ended good = job.run({{"ASSAY_CI_MAX_DROP", "0"}, {"ASSAY_CI_RUN", "second"}});
  CAPTURE(good.out, good.err);
  CHECK(good.code == 0);
  CHECK_THAT(good.out, Catch::Contains("unchanged") || Catch::Contains("inconclusive"));
  CHECK_THAT(read_file(job.result("junit.xml")), Catch::Contains("failures=\"0\""));
  CHECK_THAT(read_file(job.result("assay.html")), Catch::StartsWith("<!doctype html>"));
  const std::string kept = read_file(job.result("base.run.jsonl"));
  CHECK_THAT(kept, Catch::Contains("\"second\""));

  const std::string summary = (job.place / "job-summary").string();
  const std::map<std::string, std::string> bad = {{"ASSAY_CI_SAMPLES", job.regressed().string()},
                                                  {"ASSAY_CI_RUN", "third"},
                                                  {"GITHUB_ACTIONS", "true"},
                                                  {"GITHUB_STEP_SUMMARY", summary}};
  const Ended regressed = job.run(bad);
  CAPTURE(regressed.out, regressed.err);
  CHECK(regressed.code == 1);
  CHECK_THAT(regressed.err, Catch::Contains("regressed") && Catch::EndsWith("[compare.gate]\n"));
  CHECK_THAT(regressed.err, Catch::Contains("::error") && Catch::Contains("::warning title=broken"));
  CHECK_THAT(read_file(summary), Catch::Contains("## assay: regressed"));
  CHECK(read_file(job.result("base.run.jsonl")) == kept);
  CHECK_THAT(read_file(job.result("junit.xml")), Catch::Contains("<failure"));

  std::map<std::string, std::string> meant = bad;
  meant["ASSAY_CI_ACCEPT"] = "yes";
  CHECK(job.run(meant).code == 0);
  CHECK_THAT(read_file(job.result("base.run.jsonl")), Catch::Contains("\"third\""));
}

TEST_CASE("in CI a run leaves those alone whose names begin like its own", "[ci]") {
  ASSAY_NEEDS(mini_samples);
  const Job job;
  for (const char* name : {"v1.10", "v1.1", "v1.1"}) {
    const Ended ended = job.run({{"ASSAY_CI_RUN", name}});
    CAPTURE(name, ended.err);
    CHECK(ended.code == 0);
  }
  const std::string store = job.result("results.db").string();
  const auto told = printed(job.place.assay({"runs", "list", "--store", store, "--json"}));
  CHECK(told.at("runs").as_array().size() == 2);
}

TEST_CASE("a base can be a results file, and one that is named must be there and fit", "[ci]") {
  ASSAY_NEEDS(mini_samples);
  const Job job;
  REQUIRE(job.run().code == 0);
  const std::string results = (job.place / "base.json").string();
  fs::copy_file(job.result("eval_results.json"), results);
  const Ended same = job.run({{"ASSAY_CI_BASE", results}});
  CAPTURE(same.out, same.err);
  CHECK(same.code == 0);
  const Ended absent = job.run({{"ASSAY_CI_BASE", (job.place / "none.json").string()}});
  CHECK(absent.code == 3);
  CHECK_THAT(absent.err, Catch::Contains("none.json is not there") && Catch::EndsWith("[input.bad_data]\n"));
  const Ended other = job.run({{"ASSAY_CI_EVAL_OPTIONS", "--min-time-limit 3"}, {"ASSAY_CI_RUN", "other"}});
  CHECK(other.code == 3);
  CHECK_THAT(other.err, Catch::Contains("[compare.refused]"));
}

TEST_CASE("a build that fails judges nothing, whatever an earlier one left", "[ci]") {
  const Workplace place;
  const fs::path home = place / "home";
  for (const char* folder :
       {"deploy/ci", "scripts", "bin", "build/release", "cmake", "datasets", "sandbox", "engine", "harness", "reports"})
    fs::create_directories(home / folder);
  fs::copy(recipes / "evaluate-and-compare", home / "deploy/ci/evaluate-and-compare");
  const auto script = [&](const char* name, const char* text) {
    const fs::path path = write_file(home / name, std::string("#!/bin/sh\n") + text + "\n");
    fs::permissions(path, fs::perms::owner_all);
  };
  for (const char* file : {"CMakeLists.txt", "CMakePresets.json", "build/release/sources.sha256"})
    write_file(home / file, "of before\n");
  for (const char* binary : {"build/release/assay", "build/release/assay-warden"}) script(binary, "echo judged");
  const bool setup_fails = GENERATE(true, false);
  CAPTURE(setup_fails);
  script("scripts/setup", setup_fails ? "exit 1" : "exit 0");
  script("bin/cmake", "exit 2");
  const std::string path = (home / "bin").string() + ":/usr/bin:/bin";
  Command command({"/bin/bash", (home / "deploy/ci/evaluate-and-compare").string()},
                  {{"PATH", path},
                   {"ASSAY_CI_DATASET", "mini"},
                   {"ASSAY_CI_SAMPLES", "samples.jsonl"},
                   {"ASSAY_CI_FOLDER", (place / "out").string()}});
  const Ended ended = command.wait(60);
  CAPTURE(ended.out, ended.err);
  CHECK(ended.code == 70);
  CHECK_THAT(ended.err, Catch::Contains("could not be built"));
  CHECK(ended.out.find("judged") == std::string::npos);
  CHECK(fs::exists(home / "build/release/sources.sha256") == setup_fails);
}

TEST_CASE("inputs of the CI script that make no sense are refused in one line", "[ci]") {
  const Job job;
  struct Row {
    const char *name, *value, *words;
  };
  const auto row = GENERATE(values<Row>({{"ASSAY_CI_DATASET", "", "ASSAY_CI_DATASET is not set"},
                                         {"ASSAY_CI_SAMPLES", "", "ASSAY_CI_SAMPLES is not set"},
                                         {"ASSAY_CI_ACCEPT", "perhaps", "neither yes nor no"},
                                         {"ASSAY_CI_FAIL_ON_REGRESSION", "1", "neither yes nor no"}}));
  CAPTURE(row.name);
  const Ended ended = job.run({{row.name, row.value}});
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains(row.words));
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 1);
}

TEST_CASE("the GitHub action runs the script with inputs that exist, and no input is part of a command", "[ci]") {
  ASSAY_NEEDS(mini_samples);
  const auto lines = lines_of(recipes / "github/action.yml");
  const auto head = std::find(lines.begin(), lines.end(), "outputs:");
  const auto offered = found({std::find(lines.begin(), lines.end(), "inputs:"), head}, "^  ([a-z-]+):$");
  REQUIRE(offered.contains("dataset"));
  CHECK(found(lines, R"(inputs\.([a-z-]+))") == offered);
  const auto texts = run_texts(lines);
  REQUIRE(texts.size() == 2);
  for (const std::string& text : texts) CHECK(text.find("${{") == std::string::npos);

  // The step as a runner runs it, with inputs that would be commands if they were text.
  const Job job;
  std::map<std::string, std::string> environment{{"GITHUB_ACTION_PATH", (recipes / "github").string()}};
  const std::regex given(R"(^ +(ASSAY_CI_[A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}$)");
  for (const std::string& line : lines)
    if (std::smatch match; std::regex_match(line, match, given)) environment[match[1]] = "";
  for (const auto& [name, value] : job.inputs) CHECK(environment.contains(name));
  environment.insert(job.inputs.begin(), job.inputs.end());
  for (const auto& [name, value] : job.inputs) environment[name] = value;
  const Ended ended = job.run(environment, texts.back());
  CAPTURE(ended.out, ended.err);
  CHECK(ended.code == 0);
  CHECK(fs::exists(job.result("base.run.jsonl")));
  const std::string planted = (job.place / "planted").string();
  for (const char* name : {"ASSAY_CI_DATASET", "ASSAY_CI_SAMPLES", "ASSAY_CI_MAX_DROP", "ASSAY_CI_EVAL_OPTIONS"}) {
    CAPTURE(name);
    auto hostile = environment;
    hostile[name] = "$(touch " + planted + ")`touch " + planted + "`; touch " + planted + " #";
    CHECK(job.run(hostile, texts.back()).code != 0);
    CHECK_FALSE(fs::exists(planted));
  }
}

TEST_CASE("script, GitHub action, GitLab template and page agree on the inputs", "[ci]") {
  const Job job;
  const Ended help = job.run({}, "\"" + (recipes / "evaluate-and-compare").string() + "\" --help");
  REQUIRE(help.code == 0);
  std::istringstream text(help.out);
  std::set<std::string> known;
  for (std::string line; std::getline(text, line);)
    for (const std::string& name : found({line}, "^  (ASSAY_CI_[A-Z_]+)  ")) known.insert(name);
  REQUIRE(known.size() > 10);
  for (const std::string& name : found(lines_of(recipes / "evaluate-and-compare"), R"(\$\{?(ASSAY_CI_[A-Z_]+))"))
    CHECK(known.contains(name));
  // What the template has besides is about itself: where the script comes from, and its cache.
  std::set<std::string> allowed = known;
  allowed.insert({"ASSAY_CI_REPOSITORY", "ASSAY_CI_REF", "ASSAY_CI_SOURCES", "ASSAY_CI_BASE_POLICY"});
  for (const fs::path& file :
       {recipes / "github/action.yml", recipes / "gitlab/assay.yml", fs::path(ASSAY_SOURCE_DIR "/docs/ci.md")})
    for (const std::string& name : found(lines_of(file), "(ASSAY_CI_[A-Z_]+)")) {
      CAPTURE(file, name);
      CHECK(allowed.contains(name));
    }
}

TEST_CASE("the GitLab template's job runs the script with its own defaults", "[ci]") {
  ASSAY_NEEDS(mini_samples);
  const Job job;
  const auto lines = lines_of(recipes / "gitlab/assay.yml");
  std::map<std::string, std::string> environment;
  const std::regex variable(R"(^    (ASSAY_CI_[A-Z_]+): '?([^']*)'?$)"), script(R"(^    - '(.+)'$)");
  std::string text;
  for (const std::string& line : lines) {
    std::smatch match;
    if (std::regex_match(line, match, variable)) environment[match[1]] = match[2];
    if (std::regex_match(line, match, script)) text = match[1];
  }
  REQUIRE(environment.contains("ASSAY_CI_SAMPLES"));
  REQUIRE(environment.at("ASSAY_CI_FAIL_ON_REGRESSION") == "yes");
  for (const auto& [name, value] : job.inputs) environment[name] = value;
  environment["ASSAY_CI_SOURCES"] = ASSAY_SOURCE_DIR;
  const Ended ended = job.run(environment, text);
  CAPTURE(text, ended.out, ended.err);
  CHECK(ended.code == 0);
  CHECK(fs::exists(job.result("new.run.jsonl")));
  // Each file that the job hands on is one that the script writes.
  const std::string steps = read_file(recipes / "evaluate-and-compare");
  for (const std::string& name : found(lines, "assay-ci/([a-z.]+[a-z])")) {
    CAPTURE(name);
    CHECK(steps.find(name) != std::string::npos);
  }
}
