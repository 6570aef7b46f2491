// Samples of a model: the engine's on a small random model, and a server's.
#include <signal.h>

#include <sstream>

#include "tests/e2e/openai_server.h"
#include "tests/e2e/workplace.h"
#include "tests/engine/made_model.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

const fs::path tokenizer = ASSAY_SOURCE_DIR "/tests/engine/tokenizer/golden/split";

#define ASSAY_NEEDS_ENGINE() \
  if (!fs::exists(fs::path(ASSAY_BINARY).parent_path() / "libassay-engine.so")) ASSAY_SKIP("there is no engine")

fs::path model_folder(const Workplace& place, std::int64_t vocabulary = 2048, std::int64_t context = 1024) {
  const fs::path folder = place / "model";
  assay::engine::ModelConfig config = made_config();
  config.vocab_size = vocabulary;
  config.max_position_embeddings = context;
  config.mask_token_id = vocabulary - 1;
  config.pad_token_id = vocabulary - 2;
  config.eos_token_id = {vocabulary - 3};
  if (fs::exists(folder)) return folder;
  make_model(folder, config);
  for (const auto& file : fs::directory_iterator(tokenizer))
    if (file.is_regular_file()) fs::copy_file(file, folder / file.path().filename());
  return folder;
}

/// 60 samples of a server that takes its time.
Words slow_words(const char* command, const Workplace& place, const Server& server, const std::string& out) {
  return {command,
          "--model",
          server.address(),
          "--dataset",
          problems(place),
          "--n-samples",
          "20",
          "--model-name",
          "slow",
          "--temperature",
          "1",
          "--concurrency",
          "2",
          "--out",
          out,
          "--json"};
}

}  // namespace

TEST_CASE("the engine's samples are the same at every batch size, and after a kill", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const std::string model = model_folder(place), dataset = problems(place);
  const auto words = [&](const std::string& out, const std::string& batch) {
    return Words{"generate",
                 "--model",
                 model,
                 "--dataset",
                 dataset,
                 "--n-samples",
                 "4",
                 "--temperature",
                 "1",
                 "--alg",
                 "maskgit_plus",
                 "--max-new-tokens",
                 "16",
                 "--block-length",
                 "8",
                 "--cache",
                 "dual",
                 "--prompt",
                 "base",
                 "--out",
                 (place / out).string(),
                 "--traces",
                 (place / (out + ".traces")).string(),
                 "--batch-size",
                 batch,
                 "--json"};
  };
  const auto told = printed(place.assay(words("one", "1")));
  CHECK(told.at("written") == 12);
  CHECK(told.at("tokens") == 12 * 16);
  const auto one = sorted_lines(place / "one");
  REQUIRE(one.size() == 12);
  CHECK(std::adjacent_find(one.begin(), one.end()) == one.end());
  printed(place.assay(words("five", "5")));
  CHECK(sorted_lines(place / "five") == one);
  Words two = words("two", "2");
  two.insert(two.end(), {"--device", "cpu,cpu"});
  printed(place.assay(two));
  CHECK(sorted_lines(place / "two") == one);
  // A kill in the middle of a line, after a trace whose sample is not there.
  std::istringstream lines(read_file(place / "five"));
  std::string kept, line;
  for (int i = 0; i < 5 && std::getline(lines, line); ++i) kept += line + "\n";
  write_file(place / "five", kept + "{\"task_id\": \"Sma");
  const auto again = printed(place.assay(words("five", "3")));
  CHECK(again.at("kept") == 5);
  CHECK(again.at("written") == 7);
  CHECK(sorted_lines(place / "five") == one);
  CHECK(sorted_lines(place / "five.traces").size() == 12);
  const Ended stats = place.assay({"traces", "stats", (place / "five.traces").string(), "--json"});
  CAPTURE(stats.err);
  CHECK(stats.code == 0);

  const auto other = place.assay(
      {"generate", "--model", model, "--dataset", dataset, "--max-new-tokens", "8", "--out", (place / "one").string()});
  CHECK(other.code == 2);
  CHECK(other.err.find("--force") != std::string::npos);
  const auto judged = printed(place.assay(place.eval(dataset, place / "five", {"--json"})));
  CHECK(judged.at("samples") == 12);
}

TEST_CASE("samples that were drawn without traces are told where traces are asked for", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  Words words{"generate",         "--model", model_folder(place), "--dataset", problems(place),
              "--max-new-tokens", "8",       "--prompt",          "base",      "--out",
              place / "out",      "--json"};
  const std::string told = "3 samples in " + (place / "out").string() + " were drawn without traces";
  CHECK_THAT(place.assay(words).err, !Catch::Contains("without traces"));
  words.insert(words.end(), {"--traces", place / "traces"});
  const Ended late = place.assay(words);
  CHECK(late.code == 0);
  CHECK_THAT(late.err, Catch::Contains(told));
  *(std::find(words.begin(), words.end(), "--out") + 1) = place / "other";
  CHECK_THAT(place.assay(words).err, !Catch::Contains("without traces"));
}

TEST_CASE("what a checkpoint holds is one object on one line", "[model]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  const Workplace place;
  const Ended ended = place.assay({"model", "info", model_folder(place), "--json"});
  CHECK(printed(ended).at("config").is_object());
  CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') == 1);
}

TEST_CASE("a model that does not fit is told in one line", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const std::string dataset = problems(place);
  const auto fails = [&](const Words& more, const char* words) {
    Words all{
        "generate", "--dataset", dataset, "--out", (place / "out").string(), "--model", (place / "model").string(),
        "-q"};
    all.insert(all.end(), more.begin(), more.end());
    const Ended ended = place.assay(all);
    CAPTURE(ended.err);
    CHECK(ended.code != 0);
    CHECK(ended.err.find(words) != std::string::npos);
    CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 1);
  };
  SECTION("no folder") { fails({}, "there is no such folder"); }
  SECTION("a vocabulary smaller than the tokenizer's") {
    model_folder(place, 40);
    fails({"--prompt", "base"}, "two models");
  }
  SECTION("a prompt and new tokens that are longer than the context") {
    model_folder(place, 2048, 30);
    fails({"--prompt", "base", "--max-new-tokens", "16"}, "the model's context of 30; --max-new-tokens 5 is the most");
  }
  SECTION("a prompt that fills the context") {
    model_folder(place, 2048, 4);
    fails({"--prompt", "base", "--max-new-tokens", "1"}, "Small/triple: a prompt of 25 tokens");
    fails({"--prompt", "base", "--max-new-tokens", "1"}, "give --dataset a file without it");
  }
  SECTION("no problems") { fails({"--limit", "0"}, "--limit"); }
  SECTION("options that do not go together") {
    model_folder(place);
    fails({"--block-length", "7", "--max-new-tokens", "16"}, "--block-length");
    fails({"--threshold", "0.9"}, "--threshold");
    fails({"--device", "cuda:77"}, "cuda:77");
  }
}

TEST_CASE("options that the kind of model has no use for are refused by name", "[generate]") {
  const Workplace place;
  const auto refused = [&](const Words& words, const char* told) {
    const Ended ended = place.assay(words);
    CAPTURE(ended.err);
    CHECK(ended.code == 2);
    CHECK_THAT(ended.err, Catch::Contains(told));
  };
  const std::string dataset = problems(place);
  for (const char* command : {"generate", "run", "sweep"}) {
    Words server{command, "--model", "http://127.0.0.1:9/v1", "--dataset", dataset, "--temperature", "1"};
    server.insert(server.end(), {"--steps", "4", "--alg", "entropy", "--batch-invariant"});
    refused(server, "assay: --alg, --steps, --batch-invariant: of the engine only");
    refused({command, "--model", place / "model", "--dataset", dataset, "--temperature", "1", "--retries", "3"},
            "assay: --retries: of a server only");
  }
  refused({"generate", "--model", "http://127.0.0.1:9/v1", "--dataset", dataset, "--traces", place / "traces"},
          "--traces: of the engine only");
}

TEST_CASE("an interrupted generation keeps what it has, and the same command goes on", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string out = place / "out";
  const Words words = slow_words("generate", place, server, out);
  {
    Command command(assay_argv(words), place.environment());
    for (int i = 0; i < 1200 && sorted_lines(out).size() < 4; ++i) REQUIRE(command.runs_for(50));
    command.kill(SIGINT);
    const Ended ended = command.wait(60);
    CAPTURE(ended.err);
    CHECK(ended.code == 130);
  }
  const std::size_t kept = sorted_lines(out).size();
  CHECK((kept >= 4 && kept < 60));
  const auto told = printed(place.assay(words));
  CHECK(told.at("kept") == kept);
  CHECK(told.at("written") == 60 - kept);
  const auto lines = sorted_lines(out);
  CHECK(lines.size() == 60);
  CHECK(std::adjacent_find(lines.begin(), lines.end()) == lines.end());
}

TEST_CASE("run draws and judges at once, and judges nothing twice", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string out = place / "samples.jsonl";
  const Words words{"run",         "--model", server.address(),   "--dataset", problems(place),
                    "--n-samples", "2",       "--temperature",    "0.5",       "--out",
                    out,           "--store", place / "store.db", "--output",  place / "results.json",
                    "--json"};
  const auto told = printed(place.assay(words));
  CHECK(told.at("samples") == 6);
  CHECK(told.at("judged") == 6);
  CHECK(told.at("kept") == 0);
  CHECK(told.at("samples_per_second").to_number<double>() > 0);
  CHECK(told.at("pass_at_k").at("base").at("pass@1").to_number<double>() == Approx(2.0 / 3));
  CHECK(told.at("verdicts").at("base").at("pass") == 4);
  const auto again = printed(place.assay(words));
  CHECK(again.at("kept") == 6);
  CHECK(again.at("judged") == 0);
  CHECK(again.at("run") == told.at("run"));
  const Ended text = place.assay(Words(words.begin(), words.end() - 1));
  CHECK_THAT(text.out, Catch::Contains("(0 judged, 6 kept from before)") && !Catch::Contains("samples/s"));
  CHECK(server.requests().size() == 6);
  const auto judged = printed(place.assay(place.eval(problems(place), out, {"--json", "--force"})));
  CHECK(judged.at("verdicts") == told.at("verdicts"));

  // The same command on an empty file would lose what the store has, and only does so when told to. It draws anew then,
  // from a model that knows nothing now: no verdict of the samples that are gone is taken for a new one's.
  std::filesystem::remove(out);
  std::filesystem::remove(place / "results.json");
  write_file(place / "answers.json", "{}");
  const Ended refused = place.assay(words);
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Catch::Contains("has 6 samples that " + out + " lacks") && Catch::Contains("--force"));
  CHECK_FALSE(std::filesystem::exists(out));
  Words forced = words;
  forced.emplace_back("--force");
  const Ended forgot = place.assay(forced);
  CHECK_THAT(forgot.err, Catch::Contains("lacks; they are forgotten"));
  const auto fresh = printed(forgot);
  CHECK(server.requests().size() == 12);
  CHECK(fresh.at("run") == told.at("run"));
  CHECK(fresh.at("verdicts").at("base").at("pass") == 0);
}

TEST_CASE("a run's samples and verdicts stay in the store whatever file comes next", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string store = place / "store.db";
  const auto run = [&](const char* out, const char* limit, const Words& more = {}) {
    Words words{"run",     "--model", server.address(), "--dataset", problems(place), "--temperature", "0.6",
                "--limit", limit,     "--out",          place / out, "--store",       store,           "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return place.assay(words);
  };
  const auto samples = [&] {
    const auto runs = printed(place.assay({"runs", "list", "--store", store, "--json"})).at("runs").as_array();
    std::vector<std::int64_t> counts;
    for (const auto& each : runs) counts.push_back(each.at("samples").to_number<std::int64_t>());
    return counts;
  };
  const Words named = GENERATE(values<Words>({{}, {"--run", "R"}}));
  printed(run("a1.jsonl", "3", named));
  const Ended fewer = run("a2.jsonl", "2", named);
  CAPTURE(fewer.err);
  CHECK(fewer.code == 2);
  CHECK_THAT(fewer.err, Catch::Contains("has 3 samples that") && Catch::Contains("--store"));
  // Nor where the other file has some samples of its own.
  printed(place.assay({"generate", "--model", server.address(), "--dataset", problems(place), "--temperature", "0.6",
                       "--limit", "1", "--out", place / "a3.jsonl", "--json"}));
  CHECK_THAT(run("a3.jsonl", "3", named).err, Catch::Contains("has 2 samples that"));
  CHECK(samples() == std::vector<std::int64_t>{3});
  CHECK(printed(run("a1.jsonl", "3", named)).at("kept") == 3);
  // Fewer problems on the same file lose nothing; another name is another run.
  CHECK(printed(run("a1.jsonl", "2", named)).at("kept") == 3);
  printed(run("a2.jsonl", "2", {"--run", "other"}));
  CHECK(samples() == std::vector<std::int64_t>{3, 2});

  const Ended sweep = place.assay({"sweep", "--model", server.address(), "--dataset", problems(place), "--temperature",
                                   "0.6", "--n-samples", "1", "--out", place / "sweep", "--store", store});
  CHECK(sweep.code == (named.empty() ? 2 : 0));
  if (named.empty()) CHECK_THAT(sweep.err, Catch::Contains("has 3 samples that"));
}

TEST_CASE("a run that is killed goes on with the samples and verdicts that it had", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string out = place / "samples.jsonl";
  const int signal = GENERATE(SIGINT, SIGKILL);
  Words words = slow_words("run", place, server, out);
  words.insert(words.end(), {"--store", place / "store.db", "--output", place / "results.json"});
  {
    Command command(assay_argv(words), place.environment());
    for (int i = 0; i < 1200 && sorted_lines(out).size() < 12; ++i) REQUIRE(command.runs_for(50));
    REQUIRE(command.runs_for(1500));  // the store commits within a second
    command.kill(signal);
    CHECK(command.wait(60).code == (signal == SIGINT ? 130 : -1));
  }
  const auto told = printed(place.assay(words));
  CHECK(told.at("samples") == 60);
  CHECK(told.at("kept").to_number<int>() + told.at("judged").to_number<int>() == 60);
  CHECK(told.at("verdicts").at("base").at("pass") == 40);
  CHECK(sorted_lines(out).size() == 60);
}

TEST_CASE("run keeps how samples were decoded in the store, and the same command keeps what is missing", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const std::string traces = place / "traces.jsonl", store = place / "store.db", out = place / "out.jsonl";
  const Words words{"run",
                    "--model",
                    model_folder(place),
                    "--dataset",
                    problems(place),
                    "--n-samples",
                    "3",
                    "--temperature",
                    "1",
                    "--alg",
                    "maskgit_plus",
                    "--max-new-tokens",
                    "12",
                    "--prompt",
                    "base",
                    "--out",
                    out,
                    "--traces",
                    traces,
                    "--store",
                    store,
                    "--output",
                    place / "results.json",
                    "--run",
                    "decoded",
                    "--json"};
  printed(place.assay(words));
  const auto stats = [&](const std::string& source) {
    return printed(place.assay({"traces", "stats", source, "--store", store, "--json", "--k", "1,2"}));
  };
  const auto of_file = stats(traces), of_run = stats("decoded");
  CHECK(of_run.at("samples").as_array().size() == 9);
  CHECK(of_run == of_file);

  // As after a kill before the last of them were kept, and with more samples than before.
  REQUIRE(place.assay({"runs", "rm", "decoded", "--store", store}).code == 0);
  Words more = words;
  *std::find(more.begin(), more.end(), "3") = "4";
  printed(place.assay(more));
  CHECK(stats("decoded").at("samples").as_array().size() == 12);
  CHECK(stats("decoded") == stats(traces));

  REQUIRE(place.assay(place.eval(problems(place), out, {"--run", "undecoded", "--force"})).code == 0);
  const Ended none = place.assay({"traces", "stats", "undecoded", "--store", store});
  CHECK(none.code == 3);
  CHECK_THAT(none.err, Catch::Contains("--traces FILE"));
  const Ended absent = place.assay({"traces", "stats", "nothing", "--store", store});
  CHECK(absent.code == 3);
}

TEST_CASE("a sweep runs each temperature once, into one store, and tells what changed with it", "[sweep]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_ENGINE();
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const std::string store = place / "store.db", folder = place / "sweep";
  const auto words = [&](const std::string& temperatures, const Words& more) {
    Words all{"sweep",      "--model",       model_folder(place),
              "--dataset",  problems(place), "--temperature",
              temperatures, "--n-samples",   "4",
              "--alg",      "maskgit_plus",  "--max-new-tokens",
              "12",         "--prompt",      "base",
              "--out",      folder,          "--store",
              store,        "--run",         "s",
              "--k",        "1,2",           "-q"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Words two = words("1.2,0.0", {"--json"});
  const auto told = printed(place.assay(two));
  const auto& points = told.at("temperatures").as_array();
  REQUIRE(points.size() == 2);
  CHECK(points[0].at("temperature").to_number<double>() == 0);
  CHECK(points[0].at("run") == "s-t0");
  CHECK(points[1].at("run") == "s-t1.2");
  // At 0 all samples of a problem are one program; a random model at 1.2 hardly says the same thing twice.
  CHECK(points[0].at("diversity").at("distinct").to_number<double>() == 0.25);
  CHECK(points[0].at("diversity").at("differ").to_number<double>() == 0);
  CHECK(points[1].at("pass_at_k").at("base").at("1").at("value").to_number<double>() == 0);
  CHECK(points[1].at("ar_ness").at("global").at("2").to_number<double>() > 0);
  // What a single run of that temperature tells.
  const auto stats = printed(place.assay({"traces", "stats", "s-t1.2", "--store", store, "--k", "1,2", "--json"}));
  CHECK(stats.at("pooled") == points[1].at("ar_ness"));
  CHECK(stats.at("samples").as_array().size() == 12);

  // Again: nothing is drawn. One temperature more: that one alone.
  const std::string before = read_file(fs::path(folder) / "t1.2.jsonl");
  CHECK(printed(place.assay(two)) == told);
  const auto three = printed(place.assay(words("0,0.7,1.2", {"--json"})));
  CHECK(three.at("temperatures").as_array().size() == 3);
  CHECK(three.at("temperatures").at(2) == points[1]);
  CHECK(read_file(fs::path(folder) / "t1.2.jsonl") == before);
  CHECK(sorted_lines(fs::path(folder) / "t0.7.jsonl").size() == 12);

  // Points with other numbers of samples are no points of one curve.
  Words fewer = words("0.3", {});
  *(std::find(fewer.begin(), fewer.end(), "--n-samples") + 1) = "2";
  CHECK(place.assay(fewer).code == 0);
  Words mixed = words("0.3,1.2", {});
  *(std::find(mixed.begin(), mixed.end(), "--n-samples") + 1) = "2";
  const Ended refused = place.assay(mixed);
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("s-t0.3 has 2 to 2 samples") && Catch::Contains("s-t1.2 4 to 4 samples"));

  const Ended text = place.assay(words("0,1.2", {}));
  CHECK(text.code == 0);
  CHECK_THAT(text.out,
             Catch::Contains("temperature  pass@1") && Catch::Contains("local_run@1") && Catch::Contains("s-t1.2"));
  const std::string page = place / "sweep.html", decoded = place / "decoded.html";
  CHECK(place.assay(words("0,1.2", {"--html", page})).code == 0);
  CHECK_THAT(read_file(page), Catch::Contains("<h1>assay sweep</h1>") && Catch::Contains("s-t1.2"));
  const Ended html = place.assay({"traces", "html", "s-t1.2", "--store", store, "--model", model_folder(place),
                                  "--samples", "2", "--output", decoded});
  CAPTURE(html.err);
  CHECK(html.code == 0);
  CHECK_THAT(read_file(decoded),
             Catch::Contains("Shown are the first 2 of 12 samples") && Catch::Contains("order of filling, in percent"));
  const Ended twice = place.assay(words("1,1.0", {}));
  CHECK(twice.code == 2);
  CHECK_THAT(twice.err, Catch::Contains("stands there twice"));
}

TEST_CASE("a sweep that is interrupted goes on where it was", "[sweep]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string folder = place / "sweep";
  const Words words{"sweep",        "--model", server.address(),   "--dataset", problems(place), "--n-samples", "12",
                    "--model-name", "slow",    "--temperature",    "0.5,1",     "--concurrency", "2",           "--out",
                    folder,         "--store", place / "store.db", "--json"};
  {
    Command command(assay_argv(words), place.environment());
    for (int i = 0; i < 1200 && server.requests().size() < 42; ++i) REQUIRE(command.runs_for(50));
    command.kill(SIGINT);
    const Ended ended = command.wait(60);
    CAPTURE(ended.err);
    CHECK(ended.code == 130);
    CHECK_THAT(ended.err, Catch::Contains("the same command goes on"));
  }
  const std::size_t kept = sorted_lines(fs::path(folder) / "t1.jsonl").size();
  CHECK(kept < 36);
  const std::size_t asked = server.requests().size();
  const auto told = printed(place.assay(words));
  CHECK(server.requests().size() ==
        asked + 36 - kept);  // nothing of the first temperature, nothing twice of the second
  for (const auto& point : told.at("temperatures").as_array()) {
    CHECK(point.at("pass_at_k").at("base").at("1").at("value").to_number<double>() == Approx(2.0 / 3));
    CHECK(point.at("diversity").at("differ").to_number<double>() == 0);
    CHECK(point.at("ar_ness").is_null());  // a server tells nothing of its decoding
  }
}
