// What goes wrong ends with its exit code and one line that says where, what, and what to do.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/workplace.h"
#include "tests/small_disk.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

/// The lines that are no warnings.
Words complaints(const std::string& err) {
  std::istringstream lines(err);
  Words all;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("assay: warning: ")) all.push_back(line);
  return all;
}

void check_failure(const Ended& ended, int code, const std::vector<std::string>& parts) {
  CAPTURE(ended.out, ended.err, ended.signal, ended.hung);
  CHECK(ended.code == code);
  const Words lines = complaints(ended.err);
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines.front(), Catch::StartsWith("assay: "));
  for (const std::string& part : parts) CHECK_THAT(lines.front(), Catch::Contains(part));
}

std::string right_one() {
  std::istringstream lines(read_file(mini_samples));
  std::string line;
  std::getline(lines, line);
  return line + "\n";
}

}  // namespace

TEST_CASE("wrong words end with 2", "[failures]") {
  const auto words = GENERATE(values<Words>({
      {},
      {"evaluate"},
      {"eval"},
      {"eval", "--dataset", "mini"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--parallel", "0"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--parallel", "many"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--min-time-limit", "-1"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--mini", "--noextreme"},
      {"eval", "--dataset", "mbpp", "--samples", "s.jsonl", "--mini"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--require-tier", "best"},
      {"eval", "--dataset", "mini", "--samples", "s.jsonl", "--colour"},
      {"exec"},
      {"exec", "--time", "0", "p.py"},
      {"exec", "--stdin", "-", "-"},
      {"datasets"},
      {"datasets", "fetch", "unknown"},
  }));
  const Workplace place;
  const Ended ended = place.assay(words, 60);
  CAPTURE(words, ended.out, ended.err);
  CHECK(ended.code == 2);
  CHECK(!ended.err.empty());
  CHECK(ended.out.empty());
}

TEST_CASE("input that cannot be judged ends with 3 before anything runs", "[failures]") {
  struct Row {
    const char *what, *dataset, *samples;
    Words more;
    std::vector<std::string> parts;
  };
  const std::string good = R"({"task_id": "Mini/0", "solution": "x = 1"})"
                           "\n";
  const auto row = GENERATE_COPY(values<Row>({
      {"an unknown data set", "unknown", "{}", {}, {"unknown"}},
      {"a data set file that is no data set", "samples.jsonl", R"({"a": 1})", {}, {"samples.jsonl"}},
      {"no JSON",
       "mini",
       R"({"task_id": "Mini/0", "solution": "x"})"
       "\n\n{\"task_id\": ",
       {},
       {"samples.jsonl:3: ", "not JSON"}},
      {"neither key", "mini", R"({"task_id": "Mini/0"})", {}, {"samples.jsonl:1: ", "\"solution\"", "\"completion\""}},
      {"no task", "mini", R"({"solution": "x"})", {}, {"samples.jsonl:1: ", "\"task_id\""}},
      {"not UTF-8", "mini", "{\"task_id\": \"Mini/0\", \"solution\": \"\xff\"}", {}, {"samples.jsonl:1: ", "UTF-8"}},
      {"missing tasks", "mini", R"({"task_id": "Mini/0", "solution": "x"})", {}, {"61 of 62 tasks", "--allow-missing"}},
      {"no sample of any task",
       "mini",
       R"({"task_id": "Other/0", "solution": "x"})",
       {"--allow-missing"},
       {"no sample"}},
      {"a data file that is absent", "humaneval", "{}", {"--data", "/absent.jsonl"}, {"/absent.jsonl"}},
      {"nothing cached, and no network",
       "humaneval",
       "{}",
       {"--offline"},
       {"humaneval", "assay datasets fetch humaneval", "or give the file as --dataset"}},
  }));
  CAPTURE(row.what);
  const Workplace place;
  const fs::path samples = write_file(place / "samples.jsonl", row.samples);
  const std::string dataset = row.dataset == std::string("samples.jsonl") ? samples.string() : row.dataset;
  check_failure(place.assay(place.eval(dataset, samples, row.more), 60), 3, row.parts);
  CHECK_FALSE(fs::exists(place / "results.json"));
  CHECK_FALSE(fs::exists(place / "store.db"));
}

TEST_CASE("what is no file, no store or no folder is told as what it is, with what to do", "[failures]") {
  const Workplace place;
  const std::string file = write_file(place / "file", "text"), folder = place / ".",
                    empty = write_file(place / "e", "");
  struct Row {
    Words words;
    int code;
    std::vector<std::string> parts;
  };
  const std::string text = write_file(place / "text.db", std::string(8192, 'x'));
  for (const Row& row : std::vector<Row>{
           {{"runs", "import", "/nope"}, 3, {"/nope: no such file; give one that `assay runs export` wrote"}},
           {{"runs", "list", "--store", folder}, 74, {"is a folder; give a file as --store"}},
           {{"runs", "show", "x", "--store", folder}, 74, {"is a folder; give a file as --store"}},
           {{"runs", "list", "--store", text}, 74, {"is not a SQLite database; give another --store"}},
           {{"model", "info", file}, 3, {file + ": is a file; name the folder of a Hugging Face model"}},
           {{"model", "tokenize", "/nope"}, 3, {"/nope: no such folder; name the folder"}},
           {{"traces", "stats", empty}, 3, {empty + ": is empty: there is no trace in it"}},
           {{"traces", "html", empty, "--output", place / "page"}, 3, {"there is no trace in it"}},
       }) {
    CAPTURE(row.words);
    check_failure(place.assay(row.words, 60), row.code, row.parts);
  }
  CHECK_FALSE(fs::exists(place / "page"));
}

TEST_CASE("a token of several lines is refused", "[failures]") {
  const Workplace place;
  const std::string file = write_file(place / "token", "one\ntwo\n");
  check_failure(place.assay({"serve", "--port", "0", "--token-file", file}, 60), 2, {"has several lines"});
}

TEST_CASE("samples that are not there end with 3", "[failures]") {
  const Workplace place;
  check_failure(place.assay(place.eval("mini", place / "absent.jsonl"), 60), 3, {"absent.jsonl"});
}

TEST_CASE("tests of a data set that are at fault themselves end with 3 and name their task", "[failures]") {
  struct Row {
    const char *setup, *test, *told;
  };
  const auto row = GENERATE(values<Row>({
      {"", "assert f( ==", "the test is no valid Python: SyntaxError"},
      {"import nosuchmodule", "assert f(1) == 1", "No module named 'nosuchmodule'"},
  }));
  const Workplace place;
  const auto line = [](const std::string& id, const std::string& setup, const std::string& test) {
    return R"({"task_id": ")" + id + R"(", "prompt": "", "test_setup_code": ")" + setup + R"(", "tests": [")" + test +
           "\"]}\n";
  };
  const fs::path data =
      write_file(place / "tests.jsonl", line("T/1", "", "assert f(1) == 1") + line("T/2", row.setup, row.test));
  const fs::path samples = write_file(
      place / "samples.jsonl", sample_line("T/1", "def f(x): return x") + sample_line("T/2", "def f(x): return x"));
  check_failure(place.assay(place.eval(data.string(), samples), 60), 3,
                {"tests", "task T/2", row.told, "mend the data"});
  CHECK_FALSE(fs::exists(place / "results.json"));
}

TEST_CASE("samples for unknown tasks are left out with a warning", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const auto samples = write_file(place / "samples.jsonl", right_one() + sample_line("Other/7", "x = 1"));
  const Ended ended = place.assay(place.eval("mini", samples, {"--allow-missing"}));
  const auto report = printed(ended);
  CHECK(report.at("samples") == 1);
  CHECK(report.at("warnings").as_array().size() == 2);
  CHECK_THAT(ended.err, Catch::Contains("assay: warning: ") && Catch::Contains("Other/7"));
  CHECK(complaints(ended.err).empty());
}

TEST_CASE("a sandbox that cannot be had ends with 4", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  SECTION("an interpreter that is not there") {
    check_failure(place.assay(place.eval("mini", mini_samples, {"--python", "/absent/python"}), 60), 4,
                  {"/absent/python"});
  }
  SECTION("an interpreter that is none") {
    const auto fake = write_file(place / "python", "#!/bin/sh\necho hello\n");
    fs::permissions(fake, fs::perms::owner_all);
    check_failure(place.assay(place.eval("mini", mini_samples, {"--python", fake.string()}), 60), 4, {fake.string()});
  }
  SECTION("exec says so in JSON too") {
    const Ended ended =
        place.assay({"exec", "--json", "--python", "/absent/python", write_file(place / "p.py", "").string()}, 60);
    check_failure(ended, 4, {"/absent/python"});
    const auto report = printed(ended, 4);
    CHECK(report.size() == 2);
    CHECK(report.at("status") == "error");
    CHECK_THAT(std::string(report.at("message").as_string()), Catch::Contains("/absent/python"));
  }
  SECTION("a tier that this machine does not reach") {
    const auto report =
        printed(place.assay(place.eval("mini", write_file(place / "one.jsonl", right_one()), {"--allow-missing"})));
    if (report.at("tier") == "hardened") ASSAY_SKIP("no tier is above this machine's");
    check_failure(place.assay(place.eval("mini", mini_samples, {"--require-tier", "hardened"}), 60), 4,
                  {"\"hardened\" required", "\"contained\" found", "--require-tier"});
  }
}

TEST_CASE("a place that cannot be written ends with 74", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const fs::path one = write_file(place / "one.jsonl", right_one());
  const auto eval = [&](const fs::path& store, const fs::path& output) {
    return Words{"eval",    "--dataset",    "mini",     "--samples",    one.string(), "--allow-missing",
                 "--store", store.string(), "--output", output.string()};
  };
  const std::string file = write_file(place / "file", "text");
  SECTION("a store below a file") {
    check_failure(place.assay(eval(fs::path(file) / "store.db", place / "r.json"), 60), 74, {file + "/store.db"});
  }
  SECTION("a store that is no database") {
    const fs::path text = write_file(place / "store.db", std::string(8192, 'x'));
    check_failure(place.assay(eval(text, place / "r.json"), 60), 74, {text.string()});
    CHECK(read_file(text) == std::string(8192, 'x'));
  }
  SECTION("a results file below a file") {
    check_failure(place.assay(eval(place / "s.db", fs::path(file) / "r.json"), 60), 74, {file + "/r.json"});
  }
  SECTION("disks that may not be written") {
    const SmallDisk disk(place / "disk", "size=64k", MS_RDONLY);
    if (!disk) ASSAY_SKIP("only root may mount a file system");
    check_failure(place.assay(eval(place / "disk/s.db", place / "r.json"), 60), 74, {(place / "disk/s.db").string()});
    check_failure(place.assay(eval(place / "s.db", place / "disk/r.json"), 60), 74, {(place / "disk/r.json").string()});
  }
}

TEST_CASE("a full disk ends with 74, and with space the same command goes on", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  SECTION("below the store") {
    const SmallDisk disk(place / "disk", "size=640k");
    if (!disk) ASSAY_SKIP("only root may mount a file system");
    const Words words{"eval",
                      "--dataset",
                      "mini",
                      "--samples",
                      mini_samples.string(),
                      "--quiet",
                      "--store",
                      (place / "disk/s.db").string(),
                      "--output",
                      (place / "r.json").string()};
    check_failure(place.assay(words), 74, {(place / "disk/s.db").string()});
    CHECK_FALSE(fs::exists(place / "r.json"));
    REQUIRE(::mount(nullptr, (place / "disk").c_str(), nullptr, MS_REMOUNT, "size=64m") == 0);
    CHECK(place.assay(words).code == 0);
    CHECK(count(read_results(place / "r.json"), true) == 92);
  }
  SECTION("below the results") {
    const SmallDisk disk(place / "disk", "size=16k");
    if (!disk) ASSAY_SKIP("only root may mount a file system");
    Words words = place.eval("mini", mini_samples, {"--output", (place / "disk/r.json").string()});
    const auto own = std::find(words.begin(), words.end(), "--output");
    words.erase(own, own + 2);
    check_failure(place.assay(words), 74, {(place / "disk/r.json").string()});
    CHECK(fs::is_empty(place / "disk"));
    REQUIRE(::mount(nullptr, (place / "disk").c_str(), nullptr, MS_REMOUNT, "size=64m") == 0);
    const auto report = printed(place.assay(words));
    CHECK(report.at("kept") == 172);
    CHECK(count(read_results(place / "disk/r.json"), true) == 92);
  }
}

TEST_CASE("the results of another run are kept until --force is given", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const fs::path first = write_file(place / "first.jsonl", right_one());
  const fs::path second = write_file(place / "second.jsonl", sample_line("Mini/1", "def wrong(): pass"));
  const fs::path results = place / "results.json";
  printed(place.assay(place.eval("mini", first, {"--allow-missing"})));
  const std::string written = read_file(results);
  check_failure(place.assay(place.eval("mini", second, {"--allow-missing"})), 2, {results.string(), "--force"});
  CHECK(read_file(results) == written);
  printed(place.assay(place.eval("mini", second, {"--allow-missing", "--force"})));
  CHECK(read_results(results).front().task_id == "Mini/1");

  write_file(results, "a letter");
  check_failure(place.assay(place.eval("mini", second, {"--allow-missing"})), 2, {results.string(), "--force"});
  CHECK(read_file(results) == "a letter");
}

TEST_CASE("a run's name belongs to its samples", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const fs::path first = write_file(place / "first.jsonl", right_one());
  const fs::path second = write_file(place / "second.jsonl", sample_line("Mini/1", "def wrong(): pass"));
  printed(place.assay(place.eval("mini", first, {"--allow-missing", "--run", "mine"})));
  const Ended ended = place.assay(place.eval("mini", second, {"--allow-missing", "--run", "mine", "--force"}));
  CAPTURE(ended.err);
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains("mine"));
}

TEST_CASE("eval prints the object that docs/json-output.md describes", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const auto report =
      printed(place.assay(place.eval("mini", write_file(place / "one.jsonl", right_one()), {"--allow-missing"})));
  const std::string page = read_file(ASSAY_SOURCE_DIR "/docs/json-output.md");
  const std::string section =
      page.substr(page.find("## `assay eval"), page.find("## `assay exec") - page.find("## `assay eval"));
  for (const char* key : {"run",
                          "store",
                          "output",
                          "dataset",
                          "interpreter",
                          "tier",
                          "samples",
                          "judged",
                          "kept",
                          "without_verdict",
                          "interrupted",
                          "pass_at_k",
                          "verdicts",
                          "causes",
                          "shared",
                          "attempts",
                          "wall_seconds",
                          "samples_per_second",
                          "warden_restarts",
                          "warnings"}) {
    CAPTURE(key);
    CHECK(report.contains(key));
    CHECK_THAT(section, Catch::Contains("`" + std::string(key) + "`"));
  }
  CHECK(report.size() == 20);
  CHECK(report.at("output").as_string() == (place / "results.json").string());
  CHECK(report.at("dataset").at("name") == "mini");
  CHECK(report.at("verdicts").at("base").at("pass") == 1);

  SECTION("and without plus tests null stands for theirs") {
    const auto base =
        printed(place.assay(place.eval("mini", place / "one.jsonl", {"--allow-missing", "--base-only", "--force"})));
    for (const char* key : {"pass_at_k", "verdicts", "causes", "shared"}) CHECK(base.at(key).at("plus").is_null());
    CHECK(read_results(place / "results.json").front().plus.empty());
  }
}

TEST_CASE("exec ends with 0 whatever the outcome, and says it", "[failures]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  struct Row {
    const char *what, *program, *status;
    int exit_code, signal;  // -1: null
    const char* out;        // that its output contains
  };
  const auto row = GENERATE(values<Row>({
      {"ok", "print(input() + '!')", "ok", 0, -1, "line!"},
      {"exit code", "import sys\nprint('x')\nsys.exit(7)", "failed", 7, -1, "x"},
      {"exception", "print('before')\n1 / 0", "failed", 1, -1, "before"},
      {"syntax", "def (", "failed", 1, -1, ""},
      {"time", "print('spins', flush=True)\nwhile True: pass", "timeout", -1, SIGKILL, "spins"},
      {"sleep", "import time\ntime.sleep(1000)", "timeout", -1, SIGKILL, ""},
      {"memory", "x = []\nwhile True: x.append(b'x' * (64 << 20))", "failed|memory", 1, -1, ""},
      {"crash", "import os\nos.abort()", "crash", -1, SIGABRT, ""},
      {"forbidden", "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)", "forbidden", -1, SIGSYS, ""},
      {"output", "while True: print('x' * 100000)", "output_limit", -1, SIGKILL, "xxx"},
      {"not UTF-8", "import sys\nsys.stdout.buffer.write(b'a\\xffb')", "ok", 0, -1, "a\\xffb"},
  }));
  CAPTURE(row.what);
  const Workplace place;
  // To touch 4 GiB takes seconds on a machine that is busy.
  const char* seconds = row.what == std::string_view("memory") ? "60" : "5";
  const auto report =
      printed(place.assay({"exec", "--json", "--time", seconds, "--stdin", write_file(place / "in", "line\n").string(),
                           write_file(place / "program.py", row.program).string()}));
  CAPTURE(boost::json::serialize(report).substr(0, 2000));
  const std::string status(report.at("status").as_string());
  CHECK_THAT(std::string("|") + row.status + "|", Catch::Contains("|" + status + "|"));
  if (status != "memory") {
    CHECK(report.at("exit_code") == (row.exit_code < 0 ? boost::json::value() : boost::json::value(row.exit_code)));
    CHECK(report.at("signal") == (row.signal < 0 ? boost::json::value() : boost::json::value(row.signal)));
  }
  CHECK_THAT(std::string(report.at("stdout").as_string()).substr(0, 2000), Catch::Contains(row.out));
  CHECK(report.at("truncated") == (status == "output_limit"));
  for (const char* key : {"detail", "stderr", "cpu_seconds", "wall_seconds", "memory_peak_bytes", "attempts"})
    CHECK(report.contains(key));
  CHECK(report.size() == 11);
}

TEST_CASE("a memory limit holds for exec and eval, and another limit is another run", "[failures]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const std::string takes_600_mib = "_kept = b'x' * (600 << 20)\n";
  const std::string program = write_file(place / "program.py", takes_600_mib + "print(len(_kept))").string();
  CHECK(printed(place.assay({"exec", "--json", program})).at("status") == "ok");
  CHECK(printed(place.assay({"exec", "--json", "--memory-limit", "512M", program})).at("status") != "ok");
  const Ended small = place.assay({"exec", "--memory-limit", "100M", program});
  CHECK(small.code == 2);
  CHECK_THAT(small.err, Catch::Contains("256M to 1T"));

  boost::json::object line = boost::json::parse(right_one()).as_object();
  line["solution"] = std::string(line.at("solution").as_string()) + "\n" + takes_600_mib;
  const fs::path samples = write_file(place / "one.jsonl", boost::json::serialize(line) + "\n");
  const auto run = [&](const Words& more) {
    Words words = {"--allow-missing", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    const auto report = printed(place.assay(place.eval("mini", samples, words)));
    return std::pair(std::string(report.at("run").as_string()), read_results(place / "results.json").at(0).base);
  };
  const auto usual = run({}), less = run({"--memory-limit", "512M"});
  CHECK(usual.second == "pass");
  CHECK(less.second == "fail");
  CHECK(usual.first != less.first);
  CHECK(run({"--memory-limit", "4G"}).first == usual.first);
}
