// Samples of a model: the engine's on a small random model, and a server's.
#include <signal.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "harness/sanitize/needed_code.h"
#include "tests/e2e/workplace.h"
#include "tests/engine/made_model.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

const fs::path tokenizer = ASSAY_SOURCE_DIR "/tests/engine/tokenizer/golden/split";

#define ASSAY_NEEDS_ENGINE()                                                    \
  if (!fs::exists(fs::path(ASSAY_BINARY).parent_path() / "libassay-engine.so")) \
  ASSAY_SKIP(                                                                   \
      "no LibTorch in this "                                                    \
      "build")
#define ASSAY_NEEDS_SANITIZER() \
  if (!assay::harness::have_tree_sitter()) ASSAY_SKIP("this build has no tree-sitter")

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

/// Three problems in HumanEval's original format.
fs::path problems(const Workplace& place) {
  std::string text;
  for (const char* name : {"double", "triple", "negate"}) {
    const std::string entry = name;
    const std::string result = entry == "double" ? "2 * x" : entry == "triple" ? "3 * x" : "-x";
    text += boost::json::serialize(
                boost::json::object{{"task_id", "Small/" + entry},
                                    {"prompt", "def " + entry + "_it(x):\n    \"\"\"" + entry + "\"\"\"\n"},
                                    {"entry_point", entry + "_it"},
                                    {"canonical_solution", "    return " + result + "\n"},
                                    {"test", "def check(f):\n    x = 5\n    assert f(5) == " + result + "\n"}}) +
            "\n";
  }
  return write_file(place / "small.jsonl", text);
}

std::vector<std::string> sorted_lines(const fs::path& file) {
  std::istringstream text(read_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

/// The server of openai_server.py, as long as it lives.
class Server {
 public:
  explicit Server(const Workplace& place) : log_(place / "requests") {
    answers(place, {});
    command_.emplace(std::vector<std::string>{"/usr/bin/python3", "-I", ASSAY_SOURCE_DIR "/tests/e2e/openai_server.py",
                                              place / "answers.json", log_},
                     std::map<std::string, std::string>{});
    REQUIRE(command_->says("\n", 60));
    address_ = "http://127.0.0.1:" + std::to_string(std::stoi(command_->errors())) + "/v1";
  }
  ~Server() { command_->kill(SIGKILL); }
  /// What it answers from now on: programs, or `negate` to that problem.
  static void answers(const Workplace& place, const boost::json::value& negate) {
    boost::json::object answers;
    answers["double_it"] = "Here it is:\n```\ndef double_it(x):\n    return 2 * x\n```\n";
    answers["triple_it"] =
        "```python\nimport os\ndef helper(x):\n    return x\n\ndef triple_it(x):\n    return 3 * helper(x)\n```";
    answers["negate_it"] = "Sure:\n```\nx = 1\n```\nNow the function:\n```python\ndef negate_it(x):\n    return x\n```";
    if (!negate.is_null()) answers["negate_it"] = negate;
    write_file(place / "answers.json", boost::json::serialize(answers));
  }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::vector<std::string> requests() const { return sorted_lines(log_); }

 private:
  fs::path log_;
  std::optional<Command> command_;
  std::string address_;
};

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
  CHECK(other.code == 3);
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

TEST_CASE("a server's answers are sanitized samples, busy or not", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string dataset = problems(place), out = place / "samples.jsonl";
  const std::string name = GENERATE("", "busy-model");
  Words words{"generate",
              "--model",
              server.address() + "/",
              "--dataset",
              dataset,
              "--n-samples",
              "2",
              "--temperature",
              "0.5",
              "--out",
              out,
              "--json",
              "--seed",
              "3"};
  if (!name.empty()) words.insert(words.end(), {"--model-name", name});
  const auto told = printed(place.assay(words));
  CHECK(told.at("written") == 6);
  CHECK(told.at("tokens") == 6 * 7);
  const auto requests = server.requests();
  CHECK(requests.size() == (name.empty() ? 6 : 12));
  const auto request = boost::json::parse(requests.front()).as_object();
  CHECK(std::string(request.at("model").as_string()) == (name.empty() ? "first-model" : name));
  CHECK(request.at("temperature").to_number<double>() == 0.5);
  CHECK(request.at("top_p").to_number<double>() == 1);
  CHECK(request.at("max_tokens") == 256);
  CHECK(request.contains("seed"));
  CHECK(std::set<std::string>(requests.begin(), requests.end()).size() == 6);  // a seed a sample
  const auto judged = printed(place.assay(place.eval(dataset, out, {"--json"})));
  CHECK(judged.at("samples") == 6);
  CHECK(judged.at("pass_at_k").at("base").at("pass@1").to_number<double>() == Approx(2.0 / 3));
}

TEST_CASE("answers that a server cut off are counted and told, each time", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const std::string out = place / "samples.jsonl";
  const auto words = [&](const char* command) {
    return Words{command,        "--model", server.address(), "--dataset", problems(place), "--n-samples", "2",
                 "--model-name", "short",   "--temperature",  "1",         "--out",         out,           "--json"};
  };
  const std::string told = "2 of 6 answers were cut off at --max-new-tokens 256";
  const Ended drawn = place.assay(words("generate"));
  CHECK_THAT(drawn.err, Catch::Contains(told));
  CHECK(printed(drawn).at("cut_off") == 2);
  for (const auto& line : sorted_lines(out)) {
    const auto sample = boost::json::parse(line).as_object();
    CHECK(sample.at("finish_reason") == (sample.at("task_id") == "Small/negate" ? "length" : "stop"));
  }
  Words run = words("run");
  run.insert(run.end(), {"--store", place / "store.db", "--output", place / "results.json"});
  const auto warnings = printed(place.assay(run)).at("warnings").as_array();
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(std::string(warnings.front().as_string()), Catch::Contains(told));
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

namespace {

/// `command` on a server, two samples a problem, not tried more than once more.
Words two_each(const char* command, const Workplace& place, const Server& server) {
  Words words{command,         "--model", server.address(), "--dataset",   problems(place), "--n-samples", "2",
              "--temperature", "1",       "--out",          place / "out", "--retries",     "1",           "--json"};
  if (command != std::string("generate")) words.insert(words.end(), {"--store", place / "store.db"});
  if (command == std::string("run")) words.insert(words.end(), {"--output", place / "results.json"});
  return words;
}

boost::json::value as_it_is(int status, const std::string& body) { return {{"status", status}, {"body", body}}; }

}  // namespace

TEST_CASE("a problem without an answer is told at the end, and the same command tries it alone", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  struct Row {
    const char* what;
    int status;
    const char *body, *told;
    std::size_t tries;
  };
  const auto row = GENERATE(values<Row>({
      {"too long", 400, R"({"error": {"message": "This model's context is 10 tokens"}})", "context is 10 tokens", 1},
      {"broken off", 200, R"({"choices": [{"mess)", "no JSON", 2},
      {"a page", 200, "<html>gateway</html>", "<html>gateway</html>", 2},
      {"no choice", 200, R"({"choices": []})", "no choice", 2},
      {"an error", 200, R"({"error": {"message": "overloaded", "code": 503}})", "overloaded", 2},
      {"aborted", 200, R"({"choices": [{"message": {"content": "de"}, "finish_reason": "abort"}]})", "abort", 2},
      {"always busy", 503, R"({"error": {"message": "no room"}})", "no room", 2},
  }));
  CAPTURE(row.what);
  Server::answers(place, as_it_is(row.status, row.body));
  const Ended ended = place.assay(two_each("generate", place, server));
  CHECK_THAT(ended.err, Catch::Contains("Small/negate: 2 samples not drawn") && Catch::Contains(row.told) &&
                            Catch::Contains("2 of 6 samples could not be drawn, of 1 problem"));
  const auto told = printed(ended, 5);
  CHECK(told.at("written") == 4);
  REQUIRE(told.at("undrawn").as_array().size() == 2);
  CHECK(told.at("undrawn").at(0).at("task_id") == "Small/negate");
  CHECK(told.at("undrawn").at(1).at("sample_id") == 1);
  CHECK(sorted_lines(place / "out").size() == 4);
  CHECK(server.requests().size() == 4 + 2 * row.tries);
  Server::answers(place, {});
  const auto again = printed(place.assay(two_each("generate", place, server)));
  CHECK(again.at("kept") == 4);
  CHECK(again.at("written") == 2);
  CHECK(again.at("undrawn").as_array().empty());
  CHECK(server.requests().size() == 4 + 2 * row.tries + 2);
}

TEST_CASE("the same model at another port goes on with the file, another model does not", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  {
    const Server server(place);
    CHECK(printed(place.assay(two_each("generate", place, server))).at("written") == 6);
  }
  const Server other(place);
  Words words = two_each("generate", place, other);
  CHECK(printed(place.assay(words)).at("kept") == 6);
  words.insert(words.end(), {"--model-name", "other"});
  const Ended refused = place.assay(words);
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("another model"));
}

TEST_CASE("half a character in an answer does not cost it", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const char* half = GENERATE(R"(\\ud83d)", R"(\udcff)");  // an escape, and the byte 0xFF
  write_file(place / "answers.json",
             std::string(R"({"negate_it": {"status": 200, "body": "{\"choices\": [{\"message\": {\"content\": \"A)") +
                 half + R"(\"}}]}"}})");
  CHECK(printed(place.assay(two_each("generate", place, server))).at("written") == 6);
  std::size_t halves = 0;
  for (const auto& line : sorted_lines(place / "out"))
    halves += boost::json::parse(line).at("answer") == "A\xEF\xBF\xBD" ? 1 : 0;
  CHECK(halves == 2);
}

TEST_CASE("answers that were held back or have no text are counted and told, each time", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  struct Row {
    const char *body, *counted, *told;
  };
  const auto row = GENERATE(values<Row>({
      {R"({"choices": [{"message": {"content": "x = 1"}, "finish_reason": "content_filter"}]})", "filtered",
       "2 of 6 answers were held back by the server's filter"},
      {R"({"choices": [{"message": {"content": null, "reasoning_content": "hm"}, "finish_reason": "stop"}]})", "empty",
       "2 of 6 answers have no text"},
  }));
  CAPTURE(row.counted);
  Server::answers(place, as_it_is(200, row.body));
  for (const std::size_t written : {6U, 0U}) {
    const Ended ended = place.assay(two_each("generate", place, server));
    CHECK_THAT(ended.err, Catch::Contains(row.told));
    const auto told = printed(ended);
    CHECK(told.at("written") == written);
    CHECK(told.at(row.counted) == 2);
    if (row.counted == std::string("empty") && written > 0)
      CHECK_THAT(ended.err, Catch::Contains("2 of them had reasoning_content alone"));
  }
}

TEST_CASE("a run tells samples that could not be drawn as ones without a verdict", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  Server::answers(place, as_it_is(400, R"({"error": {"message": "too long"}})"));
  const Ended ended = place.assay(two_each("run", place, server));
  CHECK_THAT(ended.err, Catch::Contains("2 of 6 samples have no verdict (2 could not be drawn)"));
  const auto told = printed(ended, 5);
  CHECK(told.at("samples") == 6);
  CHECK(told.at("judged") == 4);
  CHECK(told.at("without_verdict") == 2);
  CHECK(told.at("output").is_null());
  CHECK(told.at("pass_at_k").at("base").as_object().empty());  // of two problems it would look better than it is
  CHECK(!fs::exists(place / "results.json"));
  Server::answers(place, {});
  const auto again = printed(place.assay(two_each("run", place, server)));
  CHECK(again.at("kept") == 4);
  CHECK(again.at("judged") == 2);
  CHECK(again.at("pass_at_k").at("base").at("pass@1").to_number<double>() == Approx(2.0 / 3));
}

TEST_CASE("a sweep goes on at the other temperatures where samples could not be drawn at one", "[sweep]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  Server::answers(place, as_it_is(400, R"({"error": {"message": "too long"}})"));
  Words words = two_each("sweep", place, server);
  *(std::find(words.begin(), words.end(), "--temperature") + 1) = "0.5,1";
  const Ended ended = place.assay(words);
  CAPTURE(ended.err);
  CHECK(ended.code == 5);
  for (const char* name : {"t0.5.jsonl", "t1.jsonl"}) CHECK(sorted_lines(place / "out" / name).size() == 4);
  Server::answers(place, {});
  CHECK(printed(place.assay(words)).at("temperatures").as_array().size() == 2);
  CHECK(server.requests().size() == 16);
}

TEST_CASE("a wait that a server asks for is told, and one that is too long ends the generation", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  const auto asked = [&](const char* wait) {
    Server::answers(
        place,
        {{"status", 429}, {"body", R"({"error": {"message": "slow down"}})"}, {"headers", {{"Retry-After", wait}}}});
    Words words = two_each("generate", place, server);
    words.pop_back();  // --json is without progress
    return place.assay(words);
  };
  const Ended hour = asked("3600");
  CHECK(hour.code == 4);
  CHECK_THAT(hour.err, Catch::Contains("429: slow down; the server asks to wait 60 min"));
  const Ended seconds = asked("5");
  CHECK(seconds.code == 5);
  CHECK_THAT(seconds.err, Catch::Contains("tokens/s, the server asks to wait 5 s\n"));
}

TEST_CASE("a server that answers no problem is given up after twenty", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  std::string text;
  for (int i = 0; i < 30; ++i)
    text +=
        "{\"task_id\": \"Many/" + std::to_string(i) +
        R"(", "prompt": "def f(x):\n", "entry_point": "f", "canonical_solution": "    return x\n", "test": "def check(f):\n    assert f(1) == 1\n"})" +
        "\n";
  const Ended ended =
      place.assay({"generate", "--model", server.address(), "--dataset", write_file(place / "many.jsonl", text),
                   "--n-samples", "2", "--temperature", "1", "--model-name", "nonsense", "--retries", "0",
                   "--concurrency", "1", "--out", place / "out"});
  CAPTURE(ended.err);
  CHECK(ended.code == 4);
  CHECK_THAT(ended.err, Catch::Contains("20 problems one after another got no answer, the last of them Many/19"));
  CHECK(server.requests().size() == 39);
}

TEST_CASE("what a server refuses every request for ends the generation with its words", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  Workplace place;
  const Server server(place);
  struct Row {
    const char *name, *words;
    std::size_t requests;
  };
  const auto row = GENERATE(values<Row>({{"unknown", "The model does not exist.", 1}, {"keyed", "Unauthorized", 1}}));
  CAPTURE(row.name);
  const Words words{"generate", "--model", server.address(),         "--dataset", problems(place), "--model-name",
                    row.name,   "--out",   (place / "out").string(), "-q",        "--concurrency", "1"};
  const Ended ended = place.assay(words);
  CAPTURE(ended.err);
  CHECK(ended.code == 4);
  CHECK(ended.err.find(row.words) != std::string::npos);
  CHECK(ended.err.find("Small/") != std::string::npos);
  CHECK(server.requests().size() == row.requests);
  place.set("OPENAI_API_KEY", "secret");
  if (row.name == std::string("keyed")) CHECK(place.assay(words).code == 0);
}

TEST_CASE("a key is sent without what is around it, one of two lines is refused by its variable", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  Workplace place;
  const Server server(place);
  const Words words{"generate", "--model", server.address(), "--dataset", problems(place), "--model-name",
                    "keyed",    "--out",   place / "out",    "-q",        "--api-key-env", "MY_KEY"};
  place.set("MY_KEY", "secret\n");
  CHECK(place.assay(words).code == 0);
  place.set("MY_KEY", "secret\r\nX-Admin: yes");
  const Ended ended = place.assay(words);
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains("MY_KEY: holds a line end") && !Catch::Contains("secret"));
}

TEST_CASE("a password in a server's address is sent, and shown and kept nowhere", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  Workplace place;
  place.set("OPENAI_API_KEY", "of another server");
  const Server server(place);
  std::string address = server.address();
  address.insert(address.find("//") + 2, "me:hush@");
  for (const char* name : {"basic", "unknown"}) {
    const bool fine = name == std::string("basic");
    for (const char* form : {"--json", "--concurrency=1"}) {
      const Ended ended = place.assay({"generate", "--model", address, "--dataset", problems(place), "--model-name",
                                       name, "--out", place / name, form});
      CAPTURE(ended.err);
      CHECK(ended.code == (fine ? 0 : 4));
      CHECK_THAT(ended.out + ended.err, !Catch::Contains("hush"));
    }
    CHECK_THAT(read_file(place / name), !Catch::Contains("hush"));
  }
}

TEST_CASE("a server that is not there is told after the retries", "[generate]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Ended ended = place.assay({"generate", "--model", "http://127.0.0.1:9/v1", "--dataset", problems(place),
                                   "--retries", "0", "--out", (place / "out").string(), "-q"});
  CHECK(ended.code == 4);
  CHECK(ended.err.find("http://127.0.0.1:9/v1/models") != std::string::npos);
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

  // The same command on an empty file draws anew, from a model that knows nothing now: no verdict of the samples that
  // are gone is taken for a new one's.
  std::filesystem::remove(out);
  std::filesystem::remove(place / "results.json");
  write_file(place / "answers.json", "{}");
  const auto fresh = printed(place.assay(words));
  CHECK(server.requests().size() == 12);
  CHECK(fresh.at("run") == told.at("run"));
  CHECK(fresh.at("verdicts").at("base").at("pass") == 0);
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
