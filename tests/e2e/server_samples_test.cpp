// Samples that a server draws: what it may answer, and what it may not.
#include <set>

#include "tests/e2e/openai_server.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

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
  CHECK(refused.code == 2);
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

TEST_CASE("a sweep names the option that it has where results of another run are in the way", "[sweep]") {
  ASSAY_NEEDS("/usr/bin/python3");
  ASSAY_NEEDS_SANITIZER();
  const Workplace place;
  const Server server(place);
  fs::create_directories(place / "out");
  write_file(place / "out" / "t1.eval_results.json", "mine");
  const Ended ended = place.assay(two_each("sweep", place, server));
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains("assay did not write; give another --out, or --force"));
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
  CHECK_THAT(ended.err, Catch::Contains("http://127.0.0.1:9/v1/models") && Catch::Contains("; start the server"));
}
