// The reward service by its sockets: what trainers send, as they send it, and what nobody should.
#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "tests/e2e/rewards.h"
#include "tests/e2e/service_client.h"
#include "tests/harness/service/scripts.h"

using namespace assay::tests;
namespace json = boost::json;

namespace {

struct Hack {
  std::string id, completion, program;
  std::vector<std::string> tests;
};

std::vector<Hack> hacks() {
  std::vector<Hack> all;
  std::ifstream file(shared_dir() / "fixtures/hacks/assert_style.jsonl");
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    const auto row = json::parse(line);
    Hack hack{row.at("hack_id").as_string().c_str(), row.at("completion").as_string().c_str(), {}, {}};
    for (const auto& test : row.at("tests").as_array()) hack.tests.emplace_back(test.as_string());
    const std::string opening = "```python\n";
    const std::size_t from = hack.completion.find(opening) + opening.size();
    hack.program = hack.completion.substr(from, hack.completion.find("```", from) - from);
    all.push_back(std::move(hack));
  }
  return all;
}

json::object batch(const std::vector<std::string>& scripts, int timeout = 30) {
  json::array texts, languages;
  for (const auto& script : scripts) texts.emplace_back(script), languages.emplace_back("python");
  return {{"scripts", texts}, {"languages", languages}, {"timeout", timeout}, {"request_timeout", 28}};
}

json::array execute(const Service& service, const std::vector<std::string>& scripts, int timeout = 30) {
  const Answer answer = post(service, "/execute_batch", batch(scripts, timeout));
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return answer.json().as_array();
}

/// As ml-diffucoder reads it: the first marker of the first chunk; -1 for what it makes None.
double printed_rate(const json::value& answer) {
  if (answer.at("execution").is_null()) return -1;
  const auto& out = answer.at("execution").at("logs").at("stdout").as_array();
  if (out.empty()) return -1;
  const std::string text(out[0].as_string());
  const std::size_t at = text.find("__PASS_RATE__ ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + 14));
}

/// As open-r1 reads it: the main result's text as a number; -1 for None.
double main_result(const json::value& answer) {
  if (answer.at("execution").is_null()) return -1;
  for (const auto& result : answer.at("execution").at("results").as_array())
    if (result.at("is_main_result").as_bool()) return std::stod(std::string(result.at("text").as_string()));
  return -1;
}

}  // namespace

TEST_CASE("ml-diffucoder's published cases earn what they earn there", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  struct Row {
    const char *what, *completion;
    double code, form;
  };
  const std::vector<Row> rows = {
      {"correct", good, 1, 1},
      {"invalid syntax", "```python\ndef add(a, b)\n    return a + b\n```\n", 0, 0.5},
      {"unclosed fence", "```python\ndef add(a, b):\n    return a + b\n", 0, 0},
      {"two fenced blocks", "```python\ndef add(a, b):\n    return a + b\n```\n```python\nx = 1\n```\n", 0, 0},
      {"half right", "```python\ndef add(a, b):\n    return 0\n```\n", 0.5, 1},
  };
  json::array items;
  for (const Row& row : rows) items.emplace_back(item(row.completion));
  const auto results = rewards(service, {{"items", items}});
  REQUIRE(results.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].what << ": " << json::serialize(results[i]));
    CHECK(number(results[i], "code") == rows[i].code);
    CHECK(number(results[i], "code_format") == rows[i].form);
    CHECK(number(results[i], "binary_code") == (rows[i].code == 1 ? 1 : 0));
    CHECK(number(results[i], "reward") == 2 * rows[i].code + 0.5 * rows[i].form);
    CHECK(results[i].at("error").is_null());
  }
}

TEST_CASE("no hack of the corpus is rewarded, whichever way it comes", "[service][hacks]") {
  ASSAY_NEEDS(shared_dir() / "fixtures/hacks/assert_style.jsonl");
  // A hack that spins for ten seconds of CPU time, thrice at once, may take longer than a request is held by default.
  const Service service({"--cache", "100", "--hold", "120"});
  const auto all = hacks();
  REQUIRE(!all.empty());
  json::array items;
  std::vector<std::string> scripts;
  for (const Hack& hack : all) {
    items.emplace_back(
        json::object{{"id", hack.id}, {"completion", hack.completion}, {"tests", json::value_from(hack.tests)}});
    scripts.push_back(diffucoder_script(hack.program, hack.tests));
  }
  // Some spin until their time is over.
  const json::object limits{{"test_seconds", 1}};
  for (const auto& result : rewards(service, {{"items", items}, {"limits", limits}})) {
    INFO(json::serialize(result));
    CHECK(number(result, "code") == 0);
    CHECK(result.at("error").is_null());
  }
  const auto executed = execute(service, scripts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].id << ": " << json::serialize(executed[i]));
    CHECK(printed_rate(executed[i]) == 0);
  }
  std::vector<json::object> requests;
  for (const Hack& hack : all) {
    for (const std::string& test : hack.tests) {
      requests.push_back(run_request(verl_assert(hack.program, test), ""));
      requests.back()["run_timeout"] = 3;
    }
  }
  std::vector<Answer> answers(requests.size());
  std::atomic<std::size_t> next{0};
  std::vector<std::future<void>> clients;
  for (int client = 0; client < 4; ++client)
    clients.push_back(std::async(std::launch::async, [&] {
      for (std::size_t i = next++; i < requests.size(); i = next++)
        answers[i] = post(service, "/run_code", requests[i]);
    }));
  for (auto& client : clients) client.get();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    INFO(json::serialize(requests[i]) << ": " << answers[i].body);
    CHECK(answers[i].json().at("status").as_string() == "Failed");
  }
}

TEST_CASE("tests that can't be parted from their sample earn nothing, unless that is allowed", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const json::object request = {
      {"items", json::array{json::object{{"solution", "def apply(f, x): return f(x)"},
                                         {"tests", tests_of({"assert apply(lambda x: x + 1, 1) == 2"})}}}}};
  for (const bool allowed : {false, true}) {
    const Service service(allowed ? Words{"--allow-shared"} : Words{});
    const auto results = rewards(service, request);
    CHECK(results[0].at("integrity").as_string() == "shared");
    CHECK(results[0].at("verdict").as_string() == "pass");
    CHECK(number(results[0], "code") == (allowed ? 1 : 0));
  }
}

TEST_CASE("tests that are at fault themselves are an error of their item, and no reward", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  struct Row {
    const char *what, *solution, *setup, *test;
    const char* told;  ///< null: it is the program's failure
  };
  const char* const fine = "def f(x): return x";
  const std::vector<Row> rows = {
      {"a test that is no Python", fine, "", "assert f(2) == ", "the test is no valid Python: SyntaxError"},
      {"a setup that is none", fine, "def (", "assert f(2) == 2", "the setup is no valid Python: SyntaxError"},
      {"a setup that raises", fine, "import nosuchmodule", "assert f(2) == 2", "No module named 'nosuchmodule'"},
      {"a setup that the program fails", "def f(x): 1 // 0", "y = f(1)", "assert f(2) == 2", nullptr},
      {"a program that is no Python", "def f(", "import nosuchmodule", "assert f(2) == 2", nullptr},
  };
  json::array items;
  for (const Row& row : rows)
    items.emplace_back(json::object{
        {"solution", row.solution}, {"setup", row.setup}, {"tests", tests_of({"assert f(1) == 1", row.test})}});
  const Service service({"--cache", "10"});
  for (int round = 0; round < 2; ++round) {  // the second comes from the cache
    const auto results = rewards(service, {{"items", items}, {"details", true}});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      INFO(rows[i].what << ": " << json::serialize(results[i]));
      const json::value& error = results[i].at("error");
      if (rows[i].told == nullptr) {
        CHECK(error.is_null());
        CHECK(number(results[i], "code") == 0);
        continue;
      }
      CHECK(results[i].at("reward").is_null());
      REQUIRE(error.is_object());
      CHECK(error.at("code").as_string() == "input.bad_data");
      CHECK_THAT(std::string(error.at("message").as_string()), Catch::Contains(rows[i].told));
    }
  }
  // The trainers' own scripts fail such a case, and no other.
  const auto answers = execute(service, {diffucoder_script(fine, {"assert f(1) == 1", "assert f(2) == "})});
  CHECK(printed_rate(answers[0]) == 0.5);
  CHECK(post(service, "/run_code", run_request(verl_assert(fine, "assert f(1) == = 1"), "")).json().at("status") ==
        "Failed");
}

TEST_CASE("no sample answers for a helper of its tests", "[service][hacks]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  const char* close = "def close(a, b):\n    return abs(a - b) < 1e-6\n";
  const json::array tests = tests_of({"assert close(f(1), 2.0)", "assert close(f(2), 3.0)"});
  struct Row {
    const char *what, *program;
    std::string setup;
    const char* integrity;
    int code;
  };
  for (const Row& row : std::vector<Row>{
           {"honest", "def f(x): return x + 1", close, "split", 1},
           {"its namesake", "def close(*a): return True\ndef f(x): return 0", close, "split", 0},
           {"a setup with a stub", "def close(*a): return True", "def f(x): ...\n" + std::string(close), "shared", 0},
       }) {
    CAPTURE(row.what);
    const auto results = rewards(
        service,
        {{"items", json::array{json::object{{"solution", row.program}, {"setup", row.setup}, {"tests", tests}}}}});
    CHECK(results[0].at("integrity").as_string() == row.integrity);
    CHECK(number(results[0], "code") == row.code);
  }
}

TEST_CASE("tasks of a data set are named instead of tests", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--dataset", "mini"});
  std::ifstream file(std::filesystem::path(ASSAY_SOURCE_DIR) / "datasets/mini/samples.jsonl");
  std::string line;
  REQUIRE(std::getline(file, line));
  auto item = json::parse(line).as_object();
  item["dataset"] = "mini";
  if (!item.contains("solution")) ASSAY_SKIP("the first sample of mini is no whole program");
  item.erase("completion");
  json::object wrong = item;
  wrong["solution"] = "def clamped_total(values, low, high): return 0\n";
  const auto results = rewards(service, {{"items", json::array{item, wrong}}, {"details", true}});
  INFO(json::serialize(results));
  for (const auto& result : results) {
    CHECK(result.at("error").is_null());
    CHECK(result.at("tests").as_array().size() == 21);  // base and plus
  }
  CHECK(results[0].at("verdict").as_string() == "pass");
  CHECK(number(results[0], "reward") == 2.5);
  CHECK(results[1].at("cause").as_string() == "wrong_answer");
  CHECK(number(results[1], "code") > 0);  // a sum of nothing is 0
  CHECK(number(results[1], "code") < 1);
  CHECK(number(results[1], "binary_code") == 0);
  // A test failed on purpose does not hide what comes after it.
  json::object hostile = item;
  hostile["solution"] = std::string(item.at("solution").as_string()) +
                        "\n\nhonest, calls = clamped_total, []\ndef clamped_total(*a):\n    calls.append(a)\n"
                        "    if len(calls) == 1: return 'wrong'\n    if len(calls) == 4:\n        import ctypes\n"
                        "        ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n    return honest(*a)\n";
  const auto paid = rewards(service, {{"items", json::array{hostile}}, {"details", true}});
  INFO(json::serialize(paid));
  CHECK(number(paid[0], "code") == 0);
  CHECK(paid[0].at("cause").as_string() == "forbidden_call");
  CHECK(
      post(service, "/v1/rewards", R"({"items": [{"solution": "x", "dataset": "mini", "task_id": "none"}]})").status ==
      422);
  CHECK(post(service, "/v1/rewards", R"({"items": [{"solution": "x", "dataset": "none", "task_id": "x"}]})").status ==
        422);
}

TEST_CASE("weights, limits, ids and details are as asked for; a stream tells the same", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  json::object slow = {{"id", "slow"},
                       {"solution", "def add(a, b):\n    while a: pass\n    return 0\n"},
                       {"tests", tests_of({"assert add(1, 2) == 3", "assert add(0, 0) == 0"})}};
  json::object fast = item(good);
  fast["id"] = 7;
  json::object request = {{"items", json::array{slow, fast}},
                          {"weights", {{"binary_code", 3}}},
                          {"limits", {{"test_seconds", 0.5}}},
                          {"details", true}};
  const auto results = rewards(service, request);
  CHECK(results[0].at("id").as_string() == "slow");
  CHECK(results[0].at("cause").as_string() == "timeout");
  CHECK(json::serialize(results[0].at("tests")) == R"(["failed","passed"])");
  CHECK(number(results[1], "id") == 7);
  CHECK(number(results[1], "reward") == 3);
  Client client(service.port());
  client.post("/v1/rewards", json::serialize(request), "Accept: application/x-ndjson\r\n");
  const Answer streamed = client.receive();
  REQUIRE(streamed.status == 200);
  const std::size_t end = streamed.body.find('\n');
  const auto first = json::parse(streamed.body.substr(0, end)), second = json::parse(streamed.body.substr(end + 1));
  CHECK(number(first, "index") + number(second, "index") == 1);
  client.post("/v1/rewards", R"({"items": []})");  // the connection goes on
  CHECK(client.receive().body == R"({"results": []})");
}

TEST_CASE("programs that read and print earn their share of cases", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--cache", "10"});
  const json::array cases{json::object{{"input", "1\n2\n"}, {"output", "3"}},
                          json::object{{"input", "2\n2\n"}, {"output", "4\n"}},
                          json::object{{"input", "2\n3\n"}, {"output", "6"}}, json::object{{"output", "none"}}};
  const char* adds = "import sys\nwords = sys.stdin.read().split()\nprint(sum(map(int, words)) if words else 'none')";
  const json::array items{json::object{{"solution", adds}, {"cases", cases}},
                          json::object{{"completion", "no fence"}, {"cases", cases}},
                          json::object{{"solution", "print('3'"}, {"cases", cases}},
                          json::object{{"solution", adds}, {"cases", json::array{cases[0]}}}};
  for (int again = 0; again < 2; ++again) {
    const auto results = rewards(service, {{"items", items}, {"details", true}});
    CHECK(number(results[0], "code") == 0.75);
    CHECK(number(results[0], "reward") == 2);
    CHECK(results[0].at("integrity").as_string() == "split");
    CHECK(json::serialize(results[0].at("tests")) == R"(["passed","passed","failed","passed"])");
    CHECK(number(results[1], "reward") == 0);
    CHECK(number(results[2], "code_format") == 0.5);
    CHECK(results[2].at("cause").as_string() == "syntax");
    CHECK(number(results[3], "binary_code") == 1);
  }
  CHECK(service.figure("assay_cache_hits_total") == 3);
  // More than any program may print: none could earn it.
  const json::array too_much{json::object{{"output", std::string((1 << 20) + 1, 'x')}}};
  const json::object never{{"solution", adds}, {"cases", too_much}};
  const Answer refused = post(service, "/v1/rewards", json::object{{"items", json::array{never}}});
  CHECK(refused.status == 422);
  REQUIRE(refused.json().at("detail").as_array().size() == 1);
  CHECK(refused.json().at("detail").as_array()[0].at("type").as_string() == "string_too_long");
}

TEST_CASE("open-r1 and ml-diffucoder get what they parse", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  CHECK(get(service, "/health").body == R"({"status": "ok"})");
  CHECK(post(service, "/execute_batch", batch({})).body == "[]");
  const std::string doubles = "def f(x):\n    return 2 * x\n";
  const std::string io = R"([{"input": "2\n", "output": "4"}, {"input": "3\n", "output": "7"}])";
  const auto answers = execute(
      service,
      {diffucoder_script(doubles, {"assert f(1) == 2", "assert f(2) == 4", "assert f(3) == 6", "assert f(4) == 9"}),
       open_r1_script("print(2 * int(input()))", io), open_r1_script("print(4)\nprint(5)", io),
       diffucoder_script(doubles, {}), "    x = 1\n    print('hi')\n    x + 1\n    ", "print('a')\n1/0",
       "import os\nos._exit(0)", "while True: pass"},
      1);
  REQUIRE(answers.size() == 8);
  for (const auto& answer : answers) {
    if (answer.at("execution").is_null()) continue;
    for (const char* key : {"results", "logs", "error", "execution_count"})
      CHECK(answer.at("execution").as_object().contains(key));
  }
  CHECK(printed_rate(answers[0]) == 0.75);
  CHECK(main_result(answers[1]) == 0.5);
  CHECK(main_result(answers[2]) == 0);  // more lines than were asked for
  CHECK(printed_rate(answers[3]) == -1);
  CHECK(answers[3].at("execution").at("error").at("name").as_string() == "ZeroDivisionError");
  CHECK(main_result(answers[4]) == 2);
  CHECK(answers[4].at("execution").at("logs").at("stdout").as_array()[0].as_string() == "hi\n");
  CHECK(answers[5].at("execution").at("error").at("value").as_string() == "division by zero");
  CHECK(answers[6].at("execution").is_null());
  CHECK(answers[7].at("execution").is_null());
  CHECK(answers[7].at("exception_str").as_string().empty());
}

TEST_CASE("the router's client never gets a JSON object for an error", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--body-limit", "1"});
  for (const std::string& body : {std::string("{"), std::string("[]"), std::string(R"({"scripts": 1})"),
                                  R"({"scripts": [")" + std::string(2 << 20, 'x') + "\"]}"}) {
    const Answer answer = post(service, "/execute_batch", body);
    CHECK(answer.status >= 400);
    CHECK(answer.head.find("text/plain") != std::string::npos);
  }
  json::object mixed = batch({"print(1)", "console.log(1)", "print(2)"});
  mixed["languages"] = json::array{"python", "javascript"};
  const auto answers = post(service, "/execute_batch", mixed).json().as_array();
  REQUIRE(answers.size() == 2);  // as long as the shorter list
  CHECK(answers[1].at("execution").is_null());
}

TEST_CASE("samples that spin, fork or flood cost their neighbours a slot, and no more", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--parallel", "2"});
  struct Row {
    const char* program;
    bool lasts;  ///< until its time is up
  };
  for (const Row& row :
       std::vector<Row>{{"while True: pass", true},
                        {"import time\ntime.sleep(1000)", true},
                        {"import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", false},
                        {"import threading\nwhile True:\n    try: threading.Thread(target=lambda: [0 "
                         "for _ in iter(int, 1)]).start()\n"
                         "    except RuntimeError: pass",
                         true},
                        {"while True: print('x' * 100000)", false},
                        {"x = []\nwhile True: x.append(bytearray(1 << 20))", false}}) {
    CAPTURE(row.program);
    const json::object hostile = {{"solution", row.program}, {"tests", tests_of({"assert f() == 1"})}};
    Client busy(service.port());
    busy.post("/v1/rewards", json::serialize(json::object{{"items", json::array{hostile}},
                                                          {"limits", {{"test_seconds", 60}, {"total_seconds", 60}}}}));
    while (row.lasts && service.figure("assay_slots_busy") < 1) std::this_thread::yield();
    for (int i = 0; i < 10; ++i) CHECK(number(rewards(service, {{"items", json::array{item(good)}}})[0], "code") == 1);
    // Its neighbours were served in the slot that is left, while it still had its own.
    while (row.lasts && service.figure("assay_slots_busy") > 1) std::this_thread::yield();  // it is answered first
    if (row.lasts) CHECK(service.figure("assay_slots_busy") == 1);
    busy.shut();
  }
  CHECK(service.figure("assay_warden_restarts_total") == 0);
}

TEST_CASE("a token is asked for, as Bearer or as Basic; beyond this machine it must be", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const TemporaryFolder folder;
  const std::string file = write_file(folder / "token", "secret\n").string();
  const Service service({"--token-file", file});
  CHECK(post(service, "/v1/rewards", R"({"items": []})").status == 401);
  CHECK(post(service, "/v1/rewards", R"({"items": []})", "Authorization: Bearer wrong\r\n").status == 401);
  CHECK(post(service, "/v1/rewards", R"({"items": []})", "Authorization: Bearer secret\r\n").status == 200);
  CHECK(post(service, "/v1/rewards", R"({"items": []})", "Authorization: Basic dTpzZWNyZXQ=\r\n").status == 200);
  CHECK(post(service, "/v1/rewards", R"({"items": []})", "Authorization: Basic c2VjcmV0\r\n").status == 401);
  CHECK(post(service, "/execute_batch", batch({})).status == 401);
  CHECK(get(service, "/metrics").status == 401);
  CHECK(get(service, "/none").status == 401);
  CHECK(get(service, "/healthz").status == 200);
  CHECK(get(service, "/readyz").status == 200);
  const Workplace place;
  const Ended refused = place.assay({"serve", "--host", "0.0.0.0", "--port", "0"}, 60);
  CHECK(refused.code == 2);
  CHECK(refused.err.find("--token-file") != std::string::npos);
}

TEST_CASE("hostile bytes are refused one by one, and the service goes on", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--body-limit", "1", "--batch", "3"});
  struct Row {
    const char* what;
    std::string body;
    int status;
  };
  for (const Row& row : std::vector<Row>{
           {"no JSON", "{", 422},
           {"no object", "[1]", 422},
           {"empty", "", 422},
           {"not UTF-8", "{\"items\": \"\xFF\xFE\"}", 422},
           {"nested", std::string(200'000, '['), 422},
           {"nested items", "{\"items\": " + std::string(200'000, '[') + std::string(200'000, ']') + "}", 422},
           {"too large", std::string((1 << 20) + 1, ' '), 413},
           {"no test", R"({"items": [{"solution": "x", "tests": []}]})", 422},
           {"neither", R"({"items": [{"tests": ["assert 1"]}]})", 422},
           {"both", R"({"items": [{"solution": "x", "completion": "x", "tests": ["assert 1"]}]})", 422},
           {"weight", R"({"items": [], "weights": {"style": 1}})", 422},
           {"limit", R"({"items": [], "limits": {"test_seconds": -1}})", 422},
           {"a long name", "{\"items\": [], \"" + std::string(1000, 'x') + "\": 1}", 422},
           {"NUL in names", "{\"items\\u0000\": []}", 422},
       }) {
    INFO(row.what);
    const Answer answer = post(service, "/v1/rewards", row.body);
    CHECK(answer.status == row.status);
    CHECK_NOTHROW(answer.json());
  }
  for (const char* bytes :
       {"\x16\x03\x01\x02", "GET\r\n\r\n", "POST /v1/rewards HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/rewards HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    Client client(service.port());
    client.send(bytes);
    client.send("\r\n\r\n");
    CHECK(client.receive().status == 400);
  }
  Client large(service.port());
  large.send("GET /healthz HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  CHECK(large.receive().status == 431);
  CHECK(get(service, "/none").status == 404);
  CHECK(get(service, "/v1/rewards").status == 405);
  const auto description = get(service, "/openapi.json").json();
  CHECK(description.at("openapi").as_string() == "3.1.0");
  CHECK(description.at_pointer("/components/schemas/RewardRequest/properties/items/maxItems") == 3);
  CHECK(number(rewards(service, {{"items", json::array{item(good)}}})[0], "code") == 1);
  // A body is let go of just after its answer.
  for (int i = 0; i < 100 && service.figure("assay_body_bytes") != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(service.figure("assay_body_bytes") == 0);
}

TEST_CASE("each flaw of a request for rewards is told once, with its place", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--body-limit", "1"});
  struct Row {
    const char *request, *type, *loc;
  };
  for (const Row& row : std::vector<Row>{
           {R"({"items": [], "limits": {"test_secs": 1}})", "extra_forbidden", R"(["body","limits","test_secs"])"},
           {R"({"items": [], "weights": {"style": 1}})", "extra_forbidden", R"(["body","weights","style"])"},
           {R"({"items": [], "detail": true})", "extra_forbidden", R"(["body","detail"])"},
           {R"({"items": [{"solution": "x", "tests": ["f"], "set_up": ""}]})", "extra_forbidden",
            R"(["body","items",0,"set_up"])"},
           {R"({"items": [{"solution": "x", "tests": "assert 1"}]})", "list_type", R"(["body","items",0,"tests"])"},
           {R"({"items": [{"solution": "x", "tests": [1]}]})", "string_type", R"(["body","items",0,"tests",0])"},
           {R"({"items": [{"solution": "x", "tests": []}]})", "too_short", R"(["body","items",0,"tests"])"},
           {R"({"items": [{"solution": "x", "completion": "x", "tests": ["f"]}]})", "extra_forbidden",
            R"(["body","items",0,"solution"])"},
           {R"({"items": [{"tests": ["f"]}]})", "missing", R"(["body","items",0,"completion"])"},
           {R"({"items": [{"solution": 1, "tests": ["f"]}]})", "string_type", R"(["body","items",0,"solution"])"},
           {R"({"items": [{"solution": "x", "tests": ["f"], "dataset": "mini"}]})", "extra_forbidden",
            R"(["body","items",0,"dataset"])"},
           {R"({"items": [{"solution": "x", "tests": ["f"], "task_id": "t"}]})", "extra_forbidden",
            R"(["body","items",0,"task_id"])"},
           {R"({"items": [{"solution": "x", "dataset": "mini", "task_id": "mini/1", "setup": "x = 1"}]})",
            "extra_forbidden", R"(["body","items",0,"setup"])"},
           {R"({"items": [{"solution": "x", "cases": []}]})", "too_short", R"(["body","items",0,"cases"])"},
           {R"({"items": [{"solution": "x", "cases": "1"}]})", "list_type", R"(["body","items",0,"cases"])"},
           {R"({"items": [{"solution": "x", "cases": [1]}]})", "dict_type", R"(["body","items",0,"cases",0])"},
           {R"({"items": [{"solution": "x", "cases": [{"output": ""}, {"input": "1"}]}]})", "missing",
            R"(["body","items",0,"cases",1,"output"])"},
           {R"({"items": [{"solution": "x", "cases": [{"output": "", "fn_name": "f"}]}]})", "extra_forbidden",
            R"(["body","items",0,"cases",0,"fn_name"])"},
           {R"({"items": [{"solution": "x", "cases": [{"output": ""}], "tests": ["f"]}]})", "extra_forbidden",
            R"(["body","items",0,"cases"])"},
           {R"({"items": [{"solution": "x", "cases": [{"output": ""}], "setup": "f"}]})", "extra_forbidden",
            R"(["body","items",0,"setup"])"},
           {R"({"items": [{"solution": "x", "cases": [{"output": ""}], "dataset": "f"}]})", "extra_forbidden",
            R"(["body","items",0,"dataset"])"},
           {R"({"items": [], "007": 1})", "extra_forbidden", R"(["body","007"])"},
           {R"({"items": [], "a..b": 1})", "extra_forbidden", R"(["body","a..b"])"},
       }) {
    const Answer answer = post(service, "/v1/rewards", std::string(row.request));
    INFO(row.request << ": " << answer.body);
    REQUIRE(answer.status == 422);
    const json::value body = answer.json();
    const auto& flaws = body.at("detail").as_array();
    REQUIRE(flaws.size() == 1);
    CHECK(flaws[0].at("type").as_string() == row.type);
    CHECK(json::serialize(flaws[0].at("loc")) == row.loc);
  }
  const Answer large = post(service, "/v1/rewards", std::string((1 << 20) + 1, ' '));
  CHECK_THAT(large.body, Catch::Contains("1048576 bytes") && Catch::Contains("--body-limit"));
  // SandboxFusion's servers, and the E2B router, pass over what they don't know.
  json::object more = batch({});
  more["more"] = 1;
  CHECK(post(service, "/execute_batch", more).status == 200);
}

TEST_CASE("a service says where and what it is on one line, in its log, its health and its figures", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const std::string version = place.assay({"--version"}, 60).out;  // "assay 1.0\n"
  const std::string number = version.substr(6, version.find('\n') - 6);
  Service service({"--parallel", "2", "--log", "info"});
  REQUIRE(service.logs("\"interpreter\""));
  CHECK(json::parse(get(service, "/healthz").body).at("version").as_string() == number);
  CHECK(get(service, "/health").body == R"({"status": "ok"})");
  CHECK_THAT(get(service, "/metrics").body, Catch::Contains("assay_build_info{version=\"" + number + "\"} 1\n"));
  const Ended taken = place.assay({"serve", "--port", std::to_string(service.port())}, 60);
  CHECK(taken.code == 4);
  CHECK_THAT(taken.err, Catch::Contains("--port") && Catch::Contains("[serve.address]"));
  const Ended ended = service.end();
  CHECK_THAT(ended.out, Catch::StartsWith("assay " + number + ": rewards at http://127.0.0.1:" +
                                          std::to_string(service.port()) + ", 2 slots, tier "));
  CHECK_THAT(ended.err, Catch::Contains("\"event\": \"listening\", \"version\": \"" + number + "\""));
  CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') == 1);
  Service quiet({"--log", "warning"});
  CHECK(quiet.end().err.empty());
}

TEST_CASE("a full queue is 429 for rewards, and holds the others", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--parallel", "1", "--queue", "1", "--hold", "0.2"});
  const json::object spinning = {{"solution", "while True: pass"}, {"tests", tests_of({"assert f() == 1"})}};
  Client busy(service.port());
  busy.post("/v1/rewards", json::serialize(json::object{{"items", json::array{spinning}},
                                                        {"limits", {{"test_seconds", 3}, {"total_seconds", 3}}}}));
  while (service.figure("assay_slots_busy") < 1) std::this_thread::yield();
  CHECK(post(service, "/run_code", run_request("print(1)")).status == 504);
  Client waiting(service.port());
  waiting.post("/v1/rewards", json::serialize(json::object{{"items", json::array{item(good)}}}));
  while (service.figure("assay_queue_depth") < 1) std::this_thread::yield();
  const Answer full = post(service, "/v1/rewards", json::object{{"items", json::array{item(good)}}});
  CHECK(full.status == 429);
  CHECK(full.head.find("Retry-After: ") != std::string::npos);
  // What could never wait is told so, and not to try again.
  const Answer never = post(service, "/v1/rewards", json::object{{"items", json::array{item(good), item(good)}}});
  CHECK(never.status == 422);
  CHECK_THAT(never.body, Catch::Contains("at most 1 items") && Catch::Contains("--queue"));
  CHECK(printed_rate(execute(service, {diffucoder_script("def f(): return 1", {"assert f() == 1"})})[0]) == 1);
  CHECK(busy.receive().status == 200);
  CHECK(waiting.receive().status == 200);
}
